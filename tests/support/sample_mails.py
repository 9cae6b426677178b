"""Mails of our own, one of each shape, for tests that need some and have no corpus."""

_PLAIN = b"""From: Carl Customer <carl@example.org>
To: Support <support@desk.example>
Subject: =?utf-8?q?M=C3=BChsam?= ernaehrt
Date: Mon, 02 Nov 2026 10:00:00 +0100
Message-ID: <one@example.org>
References: <zero@desk.example> <half@desk.example>
In-Reply-To: <half@desk.example>
MIME-Version: 1.0
Content-Type: text/plain; charset="iso-8859-1"; format=flowed
Content-Transfer-Encoding: quoted-printable

It is still broken, =
on every Monday.  gr=FC=DFe

On Sun, 1 Nov 2026 at 10:00, Support <support@desk.example> wrote:
> Did you try to turn it
> off and on?

--\x20
Carl
"""
_RICH = b"""From: "Cora, Colleague" <cora@example.org>
To: support@desk.example, group: ben@desk.example, ana@desk.example;
Cc: =?iso-2022-jp?b?GyRCRnxLXBsoQg==?= <jp@example.org>
Subject: Picture
Date: Tue, 3 Nov 2026 11:00:00 -0500 (EST)
Message-ID: <two@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

Preamble.
--outer
Content-Type: multipart/related; boundary=related; type="multipart/alternative"

--related
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset=utf-8

See [the picture].
--inner
Content-Type: text/html; charset=utf-8

<html><body><p>See <img src="cid:pic@example.org" alt="the picture">.</p>
<blockquote type="cite">before</blockquote></body></html>
--inner--
--related
Content-Type: image/gif; name="dot.gif"
Content-ID: <pic@example.org>
Content-Transfer-Encoding: base64
Content-Disposition: inline

R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7
--related--
--outer
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*0*=utf-8''%e2%82%ac; filename*1="rechnung.pdf"

JVBERi0xLjQK
--outer
Content-Type: message/rfc822

From: Olga <olga@elsewhere.example>
Subject: The first one

Hello.
--outer
Content-Type: text/calendar; method=REQUEST; charset=utf-8

BEGIN:VCALENDAR
END:VCALENDAR
--outer--
Epilogue.
"""
_BOUNCE = b"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: bounce@desk.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <three@mx.example.org>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I could not deliver it.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; nobody@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--b
Content-Type: text/rfc822-headers

From: Support <support@desk.example>
To: nobody@example.org
Message-ID: <out-1@desk.example>
Subject: Re: Picture
--b--
"""
_SIGNED = b"""From: Olga <olga@elsewhere.example>
To: support@desk.example
Subject: Signed
Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary=s

--s
Content-Type: text/plain; charset=utf-7

Hi +2D3eAA-
--s
Content-Type: application/pgp-signature; name=signature.asc

-----BEGIN PGP SIGNATURE-----
-----END PGP SIGNATURE-----
--s--
"""
_OLD = b"""From: olga@elsewhere.example (Olga)
Subject: A file

Here it is:
begin 644 hello.txt
,2&5L;&\\@=&AE<F4A
`
end
Bye
"""
SAMPLES = (_PLAIN, _RICH, _BOUNCE, _SIGNED, _OLD)
