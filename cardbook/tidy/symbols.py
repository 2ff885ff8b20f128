"""Unicode as people paste it into formulas, and the TeX that it means."""

from __future__ import annotations

import re
import unicodedata

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρσςτυφχψωΓΔΘΛΞΠΣΥΦΨΩϕϵϑϱϖ",
        (
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma varsigma tau "
            "upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega phi epsilon "
            "vartheta varrho varpi"
        ).split(),
        strict=True,
    )
)
_COMMANDS = """
· cdot ⋅ cdot • bullet ∙ cdot × times ÷ div ± pm ∓ mp ∗ ast ⊙ odot ⊕ oplus ⊗ otimes ⊖ ominus ∘ circ ⨀ bigodot
≤ leq ≥ geq ⩽ leqslant ⩾ geqslant ≦ leqq ≧ geqq ≠ neq ≈ approx ≡ equiv ≃ simeq ≅ cong ∼ sim ≪ ll ≫ gg ∝ propto
≜ triangleq ≐ doteq ≺ prec ≻ succ ⪯ preceq ⪰ succeq
∑ sum ∏ prod ∫ int ∬ iint ∭ iiint ∮ oint ⋃ bigcup ⋂ bigcap
∞ infty ∂ partial ∇ nabla ℓ ell ℏ hbar ∅ emptyset ∀ forall ∃ exists ∄ nexists ¬ neg ∠ angle △ triangle □ square
∈ in ∉ notin ∋ ni ⊂ subset ⊆ subseteq ⊃ supset ⊇ supseteq ∪ cup ∩ cap ∖ setminus ∧ wedge ∨ vee ⊥ perp ⊤ top
→ to ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow ⇔ Leftrightarrow ↦ mapsto ↑ uparrow ↓ downarrow
⟶ longrightarrow ⟹ Longrightarrow ⟺ Longleftrightarrow ↛ nrightarrow ∥ parallel ‖ Vert ∣ mid ∤ nmid
⟨ langle ⟩ rangle ⌈ lceil ⌉ rceil ⌊ lfloor ⌋ rfloor 〈 langle 〉 rangle
… ldots ⋯ cdots ⋮ vdots ⋱ ddots ∵ because ∴ therefore ⊢ vdash ⊨ models ⋆ star ★ bigstar ℜ Re ℑ Im ℵ aleph
√ surd † dagger ‡ ddagger § S ⟂ perp ≔ coloneqq ∆ Delta ∣ mid ◦ circ ○ bigcirc
""".split()
COMMANDS = GREEK | dict(zip(_COMMANDS[::2], _COMMANDS[1::2], strict=True))
PLAIN = {
    "−": "-", "–": "-", "—": "-", "′": "'", "″": "''", "‴": "'''", "’": "'", "‘": "`", "∕": "/", "⁄": "/",
    "（": "(", "）": ")", "，": ", ", "：": ":", "；": "; ", "！": "!", "？": "?", "．": ".", "％": r"\%",
    "＋": "+", "－": "-", "＝": "=", "＜": "<", "＞": ">", "｜": "|", "［": "[", "］": "]", "｛": r"\{", "｝": r"\}",
    "＊": "*", "／": "/", "＾": "^", "＿": "_", "～": r"\sim ", "【": "[", "】": "]", "°": r"^{\circ}", "\u2061": "",
    "\u2062": "", "￥": r"\text{￥}", "½": r"\frac{1}{2}", "¼": r"\frac{1}{4}", "¾": r"\frac{3}{4}",
}  # fmt: skip
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵗᵃᵇᶜᵈᵉᵏᵐᵒᵖʳˢᵘᵛˣʸᶻʰʲˡʷᴴᴺᴹᴷ"
_LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ"
_ACCENTS = {
    "\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u030c": "check", "\u0306": "breve", "\u0301": "acute", "\u0300": "grave",
}  # fmt: skip
_ALPHABETS = {
    "DOUBLE-STRUCK": "mathbb", "BOLD SCRIPT": "mathcal", "SCRIPT": "mathcal", "BOLD FRAKTUR": "mathfrak",
    "FRAKTUR": "mathfrak", "BLACK-LETTER": "mathfrak", "BOLD ITALIC": "boldsymbol", "SANS-SERIF": "mathsf",
    "MONOSPACE": "mathtt", "BOLD": "mathbf", "ITALIC": "",
}  # fmt: skip

ROOT = re.compile(r"√\s*(?:(\w+|[\u0370-\u03ff])|\(([^()]*)\))")
RUNS = re.compile(f"[{_RAISED}]+|[{_LOWERED}]+")
ACCENTED = re.compile(f"(\\\\[A-Za-z]+ ?|[^\\W\\d_])([{''.join(_ACCENTS)}])")
PRECOMPOSED = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff]")


def script(run: str) -> str:
    """Superscript or subscript characters as TeX: `₁₂` is `_{12}`."""
    sign = "^" if run[0] in _RAISED else "_"
    plain = "".join(unicodedata.normalize("NFKC", char).replace("−", "-") for char in run)
    return f"{sign}{plain}" if len(plain) == 1 else f"{sign}{{{plain}}}"


def accent(match: re.Match[str]) -> str:
    """A letter with a combining mark as TeX."""
    return f"\\{_ACCENTS[match[2]]}{{{match[1].strip()}}}"


def character(char: str) -> str:
    """One character as TeX; the empty string where there is no better form than the character itself."""
    if char in COMMANDS:
        return f"\\{COMMANDS[char]}"
    if char in PLAIN:
        return PLAIN[char]
    return _letter(char)


def _letter(char: str) -> str:
    """Mathematical alphabets (bold, script, double-struck …), full-width letters and digits."""
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1 or plain == char:
        return ""
    name = unicodedata.name(char, "")
    if name.startswith("FULLWIDTH"):
        return plain
    if not name.startswith("MATHEMATICAL") and not name.startswith(
        ("DOUBLE-STRUCK", "SCRIPT", "BLACK-LETTER")
    ):
        return ""
    base = f"\\{COMMANDS[plain]}" if plain in COMMANDS else plain
    command = next((command for words, command in _ALPHABETS.items() if words in name), "")
    return f"\\{command}{{{base}}}" if command else base
