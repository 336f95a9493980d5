"""Words of tools that mean harm to a page: markup, directions, quotes, templates, lengths, controls, addresses."""

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\u202efdp.exe\u202c and \u2066more\u2069",
    'quote" onmouseover="alert(3)" x="',
    "very-" * 80 + "long",
    "🚢👩‍💻 {{ 7 * 7 }} {% raw %}",
    "bell\x07 escape\x1b[31m null\x00 lone\udc80 next\x85",
    "javascript:alert(4)//https://elsewhere.example/x.js",
)
