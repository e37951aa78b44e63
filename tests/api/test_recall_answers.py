from chats import ingest, sent
from people import Person


def test_a_title_is_part_of_what_a_chat_is_about(ada: Person) -> None:
    ingest(ada, sent("boilers", "The boilers hum.", "Put them on feet of rubber.", title="Zeolite boilers of Aveiro"))

    answer = ada.post("/api/chat-history/inject", query="zeolite boilers aveiro")

    assert answer["confidence"] != "none"
    assert answer["sources"][0]["conversationTitle"] == "Zeolite boilers of Aveiro"


def test_a_small_budget_goes_to_the_best_passage(ada: Person) -> None:
    long = "The worktop is of oak. " + "It was oiled twice and sanded in between. " * 6
    ingest(ada, sent("kitchen", "Which worktop did we take?", long, title="Kitchen plans"))
    ingest(ada, sent("other", "numeric date", "2026-01-01", title="Formats"))

    answer = ada.post("/api/chat-history/inject", query="worktop of oak", maxTokens=50)

    assert "worktop" in answer["content"]
    assert answer["tokenCount"] <= 50


def test_what_is_far_below_the_best_does_not_fill_the_budget(ada: Person) -> None:
    ingest(ada, sent("oak", "Which worktop did we decide on?", "The oak worktop from Aveiro.", title="Kitchen"))
    ingest(ada, sent("cello", "Good strings for a cello?", "Spirocore.", title="Cello"))

    answer = ada.post("/api/chat-history/inject", query="which worktop did we decide on")

    assert {source["conversationTitle"] for source in answer["sources"]} == {"Kitchen"}
