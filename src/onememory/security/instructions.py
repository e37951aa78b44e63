"""Which texts read like orders to a model: a signal for whoever reviews them, and no defence.

An order can be worded so that no list of phrases sees it, and a harmless text can use the same words. Phrases are
looked for in English, German, French, Spanish and Chinese; addresses and names of tools in any language.
"""

import re
import unicodedata
from enum import StrEnum

from onememory.domain.provenance import Trust
from onememory.security.plain_text import visible


class Flag(StrEnum):
    """What whoever reviews a text should look at."""

    INSTRUCTION_LIKE = "instruction-like"


_BEGIN = r"(?:^|[\n.!?:;,\"'(\u2013\u2014-])[\s>*#\"'(-]{0,8}(?:\d{4}-\d\d-\d\d[:,]?\s)?"  # of a clause, dated or not
_PHRASES = (
    # Addresses, and names of tools.
    r"https?://|\bwww\.\w|!\[",
    r"\b(?:call|invoke|run|execute|use)\s+(?:the\s+)?[`\"']?(?:\w+_\w+|\w+\s+(?:tool|function))\b",
    r"\b(?:store|search|update|delete|restore|get|send|fetch|read|write)_[a-z_]{3,}\b",
    # What stands in front of messages.
    r"<\|?/?(?:system|im_start|im_end|assistant|user|instructions?)\b|\[/?(?:INST|SYSTEM)\]|\bsystem\s+prompt",
    r"(?:^|\n)\s*(?:system|assistant)\s*:",
    # English
    rf"{_BEGIN}(?:always|never|from\s+now\s+on|make\s+sure|be\s+sure\s+to|(?:do\s+not|don't)\s+(?:ever|tell|mention))\b",
    r"\b(?:you|the\s+(?:assistant|model|ai))\s+(?:must|should|shall|are\s+to|have\s+to)\b|\byou\s+are\s+now\b",
    r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:\w+\s+){0,4}(?:instructions?|rules?|prompts?|guidelines?|polic\w+)",
    r"\b(?:ignore|disregard)\s+(?:all|any|every|everything|the|previous|your)\b",
    r"\b(?:remember|treat|regard|consider|trust|cite|recommend)\b.{0,80}\b(?:trusted|reliable|authoritative|first)\b",
    r"\btrusted\s+(?:source|site|bank|domain)|\bauthoritative\s+source",
    r"\b(?:when(?:ever)?|if)\s+(?:the\s+user|asked|someone\s+asks)\b|\bwithout\s+(?:telling|asking|informing)\b",
    # German
    rf"{_BEGIN}(?:immer|niemals|nie|ab\s+(?:jetzt|sofort)|von\s+nun\s+an|stelle?\s+sicher)\b",
    r"\b(?:du|ihr|der\s+assistent|die\s+ki)\s+(?:musst|müsst|muss|sollst|sollt|soll|darfst|bist\s+(?:jetzt|nun))\b",
    r"\b(?:ignoriere?|missachte|vergiss|umgehe)\s+(?:\w+\s+){0,4}(?:anweisung|regel|vorgabe|instruktion|richtlinie)\w*",
    r"\b(?:merke?|betrachte|behandle|empfiehl)\b.{0,80}\b(?:vertrauenswürdig|verlässlich|zuverlässig|zuerst)\w*",
    r"\bvertrauenswürdige\w*\s+(?:quelle|seite|bank)|\bohne\s+(?:nachzufragen|zu\s+fragen|es\s+\w+\s+zu\s+sagen)",
    # French
    rf"{_BEGIN}(?:toujours|jamais|désormais|dorénavant|à\s+partir\s+de\s+maintenant|assure-toi|assurez-vous)\b",
    r"\b(?:tu|vous|l'assistant|l'ia)\s+(?:dois|devez|doit|es\s+maintenant|êtes\s+maintenant|ne\s+(?:dois|devez))\b",
    r"\b(?:ignore[rz]?|oublie[rz]?|contourne[rz]?)\s+(?:\w+\s+){0,4}(?:instruction|consigne|règle|directive)s?",
    r"\b(?:retiens|retenez|considère|considérez|traite[rz]?|recommande[rz]?)\b.{0,80}\b(?:confiance|fiable|référence|premier)",
    r"\bsource\s+(?:de\s+confiance|fiable)|\bsans\s+(?:le\s+dire|demander|prévenir|en\s+informer)",
    # Spanish
    rf"{_BEGIN}(?:siempre|nunca|jamás|a\s+partir\s+de\s+ahora|de\s+ahora\s+en\s+adelante|asegúrate|asegúrese)\b",
    r"\b(?:debes|deberás|tienes\s+que|ahora\s+eres|el\s+asistente\s+debe)\b",
    r"\b(?:ignora[rd]?|ignore|olvida[rd]?|omite)\s+(?:\w+\s+){0,4}(?:instrucci|regla|norma|directri|indicaci)\w*",
    r"\b(?:recuerda|recuerde|considera|considere|trata|recomienda)\b.{0,80}\b(?:confianza|confiable|fiable|primero)",
    r"\bfuente\s+(?:de\s+confianza|confiable|fiable)|\bsin\s+(?:decir|preguntar|avisar|informar)",
    # Chinese, simplified and traditional
    r"(?:^|[\n。,.!?:;])\s*(?:始终|始終|总是|總是|永远|永遠|绝不|絕不|从不|從不|务必|務必|必须|必須|请务必|請務必)",
    r"(?:从现在开始|從現在開始|从现在起|從現在起|从今以后|從今以後|今后|今後)",
    r"(?:你|您|助手|模型)(?:必须|必須|应该|應該|应当|應當|一定要|不得|不要|现在是|現在是)",
    r"(?:忽略|无视|無視|忘记|忘記|绕过|繞過).{0,12}(?:指令|指示|规则|規則|提示|要求)",
    r"(?:可信|信任的?|权威|權威|值得信赖|值得信賴)(?:的)?(?:来源|來源|网站|網站|信息源)|不要告诉|不要告訴|不要提及",
)
_ANY = tuple(re.compile(phrase, re.IGNORECASE) for phrase in _PHRASES)


def flags(text: str, trust: Trust) -> list[Flag]:
    """What to look at in a text; nothing where the user vouches for it."""
    return [Flag.INSTRUCTION_LIKE] if trust is not Trust.STATED and is_instruction_like(text) else []


def is_instruction_like(text: str) -> bool:
    """Whether it reads like an order to a model, holds an address or names a tool."""
    shown = unicodedata.normalize("NFKC", visible(text)).replace("\u2019", "'")
    return any(phrase.search(shown) for phrase in _ANY)
