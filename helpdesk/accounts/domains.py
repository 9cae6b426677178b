"""Domains of e-mail addresses: which text is one, and which belong to everybody and so to no organization."""

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.core.errors import Unwelcome

_PROVIDERS = """
126.com 139.com 163.com aim.com alice.it aol.com arcor.de att.net bellsouth.net bk.ru bluewin.ch
bol.com.br btinternet.com centrum.cz charter.net chello.nl comcast.net cox.net daum.net docomo.ne.jp
duck.com earthlink.net email.com email.cz email.it ezweb.ne.jp fastmail.com fastmail.fm foxmail.com free.fr
freemail.hu freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net googlemail.com
hanmail.net hey.com home.nl hotmail.be hotmail.ca hotmail.co.jp hotmail.co.uk hotmail.com hotmail.com.br
hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hushmail.com icloud.com ig.com.br inbox.com inbox.lv
inbox.ru interia.pl juno.com kabelmail.de kolumbus.fi kpnmail.nl laposte.net libero.it list.ru live.be
live.ca live.co.uk live.com live.com.au live.com.mx live.de live.fr live.it live.nl mac.com mail.com mail.de
mail.ee mail.ru mailbox.org mailfence.com me.com msn.com mweb.co.za mynet.com naver.com neuf.fr nifty.com
ntlworld.com numericable.fr o2.co.uk o2.pl o2online.de onet.pl online.de op.pl optonline.net optusnet.com.au
orange.fr outlook.be outlook.co.uk outlook.com outlook.com.br outlook.de outlook.dk outlook.es outlook.fr
outlook.it outlook.jp passport.com planet.nl pm.me posteo.de posteo.net post.cz proton.me protonmail.ch
protonmail.com qq.com quicknet.nl rambler.ru rediffmail.com riseup.net rocketmail.com rogers.com sapo.pt
sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com skynet.be sohu.com sunrise.ch sympatico.ca
t-online.de talktalk.net telenet.be telia.com telus.net terra.com.br tin.it tiscali.co.uk tiscali.it tlen.pl
tuta.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net uol.com.br verizon.net videotron.ca virgilio.it
virgin.net virginmedia.com vodafone.de volny.cz wanadoo.fr web.de windowslive.com windstream.net wp.pl
xtra.co.nz ya.ru yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.uk yahoo.com yahoo.com.ar
yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.ie yahoo.it yahoo.se yandex.com
yandex.ru yeah.net ymail.com zonnet.nl zoho.com ziggo.nl
"""

PUBLIC = frozenset(_PROVIDERS.split())
"""Providers with whom anybody gets an address: sharing one of these says nothing about who belongs together."""

MOST_DOMAINS = 50


class BadDomain(Unwelcome):
    """A text that cannot be a domain of an organization; the sentence says why."""

    status = 422


def clean_domain(text: str) -> str:
    """The domain as it is kept and compared: ASCII, lower case, without an @ before it. Raises BadDomain."""
    typed = text.strip().removeprefix("@").rstrip(".")
    try:
        domain = domain_of(email_key(f"somebody@{typed}"))
    except NotAnAddress as error:
        raise BadDomain(f"“{text.strip()}” is not a domain. Write it like this: example.com.") from error
    if domain in PUBLIC:
        raise BadDomain(
            f"Anybody can get an address at {domain}: whoever has one would join. Add these people one by one."
        )
    return domain


def clean_domains(texts: list[str]) -> list[str]:
    """Each of them once, in the order given. Raises BadDomain."""
    domains = list(dict.fromkeys(clean_domain(text) for text in texts if text.strip()))
    if len(domains) > MOST_DOMAINS:
        raise BadDomain(f"An organization may have {MOST_DOMAINS} domains at most.")
    return domains


def domain_of(key: str) -> str:
    """What stands after the @ of an address's key."""
    return key.rpartition("@")[2]
