"""Who is meant by the words that exports use for the speakers of a conversation."""

from onememory.domain.conversations import Role
from onememory.formats.chats.found import LeftOut, Tally

_USER = """user human you me myself person prompt question request input usuario utilisateur benutzer nutzer du vous
utente usuário utilizador пользователь 用户 我 ユーザー あなた 사용자"""
_ASSISTANT = """assistant ai bot model chatbot agent response answer reply output llm gpt chatgpt claude gemini bard
copilot grok deepseek mistral perplexity llama poe
asistente assistent assistente ассистент 助手 アシスタント 어시스턴트"""
_ROLES: dict[str, Role | LeftOut] = {
    **dict.fromkeys(_USER.split(), Role.USER),
    **dict.fromkeys(_ASSISTANT.split(), Role.ASSISTANT),
    "chat gpt": Role.ASSISTANT,
    "le chat": Role.ASSISTANT,
    "meta ai": Role.ASSISTANT,
    "github copilot": Role.ASSISTANT,
    "microsoft copilot": Role.ASSISTANT,
    "ai assistant": Role.ASSISTANT,
    "system": LeftOut.SYSTEM,
    "system prompt": LeftOut.SYSTEM,
    "developer": LeftOut.SYSTEM,
    "tool": LeftOut.TOOL,
    "function": LeftOut.TOOL,
    "tool result": LeftOut.TOOL,
    "thinking": LeftOut.THINKING,
    "reasoning": LeftOut.THINKING,
    "thought": LeftOut.THINKING,
}
_LONGEST = 40  # characters of a role


def role_named(name: object) -> Role | LeftOut | None:
    """The role that a word stands for, as a speaker or a kind of part that is left out; None for any other name."""
    if not isinstance(name, str) or len(name) > _LONGEST:
        return None
    return _ROLES.get(" ".join(name.replace("_", " ").split()).lower())


def speaking_role(name: object, tally: Tally) -> Role | None:
    """The role of who speaks; None, and counted, for parts that are left out and for names that nobody knows."""
    role = role_named(name)
    if isinstance(role, Role):
        return role
    if role:
        tally.left_out[role] += 1
    else:
        tally.unrecognised += 1
    return None
