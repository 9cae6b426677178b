"""What mail programs write around the words of people, in the languages they speak: history, forwards, devices."""

import re
from collections.abc import Iterable

HEADERS = {
    "from": (
        *("from", "von", "de", "van", "da", "från", "fra", "lähettäjä", "od", "feladó", "от кого", "от"),
        *("від", "kimden", "gönderen", "από", "מאת", "من", "发件人", "寄件者", "差出人", "送信者"),
        *("보낸 사람", "보낸사람", "dari"),
    ),
    "to": (
        *("to", "an", "à", "a", "para", "pour", "aan", "till", "til", "vastaanottaja", "do", "komu"),
        *("címzett", "кому", "kime", "προς", "אל", "إلى", "收件人", "收件者", "宛先", "받는 사람"),
        *("받는사람", "kepada"),
    ),
    "date": (
        *("sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "enviada"),
        *("enviada em", "data", "fecha", "inviato", "data invio", "verzonden", "skickat", "sendt"),
        *("dato", "lähetetty", "wysłano", "odesláno", "elküldve", "dátum", "отправлено", "дата"),
        *("надіслано", "gönderildi", "tarih", "发送时间", "日期", "寄件日期", "送信日時", "日時"),
        *("보낸 날짜", "날짜", "dikirim", "received"),
    ),
    "subject": (
        *("subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp", "ämne"),
        *("emne", "aihe", "temat", "předmět", "predmet", "tárgy", "тема", "konu", "θέμα", "נושא"),
        *("الموضوع", "主题", "主旨", "件名", "제목", "subjek"),
    ),
    "cc": (
        *("cc", "kopie", "copie", "copia", "kopia", "kopi", "копия", "抄送", "副本", "참조", "reply-to"),
        *("répondre à",),
    ),
}
"""Names of the fields of a mail as programs print them above its words."""

WROTE = (
    *("wrote", "writes", "schrieb", "schreef", "geschreven", "écrit", "ecrit", "escribió", "escribio"),
    *("escreveu", "scritto", "skrev", "napisał", "napisała", "napisał(a)", "napisal", "pisze", "napsal"),
    *("napsal(a)", "napísal", "kirjoitti", "írta", "yazdı", "написал", "написала", "написал(а)", "писал"),
    *("писал(а)", "пишет", "пише", "написав", "έγραψε", "כתב", "כתבה", "كتب", "menulis", "viết", "写道"),
    *("寫道", "のメール", "のメッセージ", "書きました", "작성"),
)
"""Verbs of the sentence above a quote: "On Monday Jane wrote:"."""

ORIGINAL = (
    *("original message", "original-nachricht", "original nachricht", "ursprüngliche nachricht"),
    *("ursprüngliche mail", "ursprungliche nachricht", "ursprüngliche e-mail", "message d'origine"),
    *("message d’origine", "message original", "message initial", "courriel original"),
    *("mensaje original", "mensagem original", "messaggio originale", "oorspronkelijk bericht"),
    *("origineel bericht", "oprindelig meddelelse", "opprinnelig melding", "original meddelelse"),
    *("ursprungligt meddelande", "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość"),
    *("původní zpráva", "původní e-mail", "eredeti üzenet", "исходное сообщение"),
    *("оригинальное сообщение", "orijinal ileti", "özgün ileti", "original email", "reply message"),
    *("原始邮件", "原始郵件", "元のメッセージ", "원본 메시지"),
)
"""Titles of rules above a quote: "-----Original Message-----"."""

FORWARDED = (
    *("begin forwarded message", "forwarded message", "forwarded email"),
    *("anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail"),
    *("weitergeleitete nachricht", "début du message réexpédié", "début du message transféré"),
    *("message transféré", "message réexpédié", "inicio del mensaje reenviado", "mensaje reenviado"),
    *("mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada"),
    *("início da mensagem reencaminhada", "inizio messaggio inoltrato", "messaggio inoltrato"),
    *("doorgestuurd bericht", "begin doorgestuurd bericht", "vidarebefordrat meddelande"),
    *("vidarebefordrat brev", "vidaresänt meddelande", "videresendt melding", "videresendt meddelelse"),
    *("videresendt besked", "välitetty viesti", "edelleenlähetetty viesti", "przekazana wiadomość"),
    *("wiadomość przekazana", "přeposlaná zpráva", "továbbított üzenet", "továbbított levél"),
    *("пересылаемое сообщение", "пересланное сообщение", "переслане повідомлення", "iletilen ileti"),
    *("yönlendirilen ileti", "转发的邮件", "轉寄的郵件", "轉寄郵件", "転送メッセージ"),
    *("転送されたメッセージ", "전달된 메시지", "전달된 메일"),
)
"""Titles above a forwarded mail."""

FORWARD_PREFIXES = (
    *("fw", "fwd", "wg", "tr", "rv", "enc", "i", "vs", "vb", "vl", "doorst", "fs", "pd", "ilt"),
    *("továbbítás", "пересл", "转发", "轉寄", "転送"),
)
"""What programs set before the subject of a forward."""


def any_of(words: Iterable[str]) -> str:
    """A piece of a pattern: one of these, the longest first; a blank may be any space."""
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in longest_first) + ")"
