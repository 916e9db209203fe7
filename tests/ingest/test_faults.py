"""Every kind of fault as a test: what is repaired, kept, flagged, quarantined or rejected."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from eros_assets.flows.ingest import ingest_paths
from eros_assets.ingest.load import ParsedFile, parse_file
from eros_assets.ingest.rows import Reference
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read
from tests.ingest.conftest import CAPTION, NOW, Writer, caption, good_sends, send


def balance(parsed: ParsedFile) -> None:
    in_table = parsed.table["_row_number"].nunique() if len(parsed.table) else 0
    assert parsed.rows_read == in_table + parsed.duplicates + len(parsed.quarantine)


@pytest.fixture
def parse(write: Writer, settings: Settings, reference: Reference):
    def run(rows: list[dict[str, str]], name: str = "report.csv", **options: str) -> ParsedFile:
        parsed = parse_file(write(name, rows, **options), reference, settings, NOW)
        balance(parsed)
        return parsed

    return run


def fixes(parsed: ParsedFile, row: int = 0) -> set[str]:
    value = parsed.table["_fixes"].iloc[row]
    return set(value.split(",")) if isinstance(value, str) else set()


def flags(parsed: ParsedFile, row: int = 0) -> set[str]:
    value = parsed.table["_flags"].iloc[row]
    return set(value.split(",")) if isinstance(value, str) else set()


def one_send(parse, **changes: str) -> tuple[ParsedFile, pd.Series]:
    parsed = parse([send(**changes), *good_sends(2)])
    assert parsed.error is None
    return parsed, parsed.table.iloc[0]


def quarantined_send(parse, **changes: str) -> pd.Series:
    parsed = parse([send(**changes), *good_sends(2)])
    assert parsed.error is None
    assert len(parsed.table) == 2
    row = parsed.quarantine.iloc[0]
    assert row["row_number"] == 2
    return row


@pytest.mark.parametrize("word", ["nan", "NULL", "None", "N/A", "-", ""])
def test_no_page_and_no_creator(parse, word: str) -> None:
    row = quarantined_send(parse, Page=word)
    assert row["rule"] == "unattributable_send"


def test_null_word_with_a_creator_id(parse) -> None:
    parsed, row = one_send(parse, Page="nan", creator_id="c1")
    assert row["creator_id"] == "c1"
    assert row["page_name"] == "ada_paid"
    assert "page_name_emptied" in fixes(parsed)


def test_creator_from_page_name(parse) -> None:
    parsed, row = one_send(parse)
    assert row["creator_id"] == "c1"
    assert "creator_found_by_page" in fixes(parsed)


def test_unknown_page_stays_without_creator(parse) -> None:
    _, row = one_send(parse, Page="someone_else")
    assert pd.isna(row["creator_id"])
    assert row["page_name"] == "someone_else"


@pytest.mark.parametrize(
    "page",
    [
        "@Ada_Paid",
        " ADA_PAID ",
        "ada_paid.",
        "https://platform.example/ada_paid/",
        "https://www.platform.example/ADA_paid?x=1",
    ],
)
def test_page_name_spellings(parse, page: str) -> None:
    parsed, row = one_send(parse, Page=page)
    assert (row["page_name"], row["creator_id"]) == ("ada_paid", "c1")
    assert ("handle_normalised" in fixes(parsed)) == (page.strip() != "ada_paid")


def test_renamed_page(parse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eros_assets.ingest.attribution.page_aliases", lambda: {"ada_old": "ada_paid"})
    parsed, row = one_send(parse, Page="Ada_Old")
    assert (row["page_name"], row["creator_id"]) == ("ada_paid", "c1")
    assert "page_renamed" in fixes(parsed)


def test_more_views_than_sent(parse) -> None:
    parsed, row = one_send(parse, Viewed="1,200")
    assert row["viewed_count"] == 1000
    assert "views_capped_at_sent" in fixes(parsed)


def test_more_purchases_than_views(parse) -> None:
    parsed, row = one_send(parse, Purchased="300")
    assert row["purchased_count"] == 200
    assert "purchases_capped_at_views" in fixes(parsed)
    _, row = one_send(parse, Purchased="3000", Viewed="")
    assert row["purchased_count"] == 1000


def test_negative_sent(parse) -> None:
    parsed, row = one_send(parse, Sent="-1")
    assert row["sent_count"] == 0
    assert "negative_sent_zeroed" in fixes(parsed)
    assert "no_recipients" in flags(parsed)
    assert row["viewed_count"] == 200


def test_other_negative_counts(parse) -> None:
    parsed, row = one_send(parse, Viewed="-5")
    assert pd.isna(row["viewed_count"])
    assert "negative_count_emptied" in fixes(parsed)
    assert any("negative" in warning for warning in parsed.warnings)


def test_negative_earnings(parse) -> None:
    assert quarantined_send(parse, Earnings="-12.00")["rule"] == "negative_earnings"
    parsed, row = one_send(parse, Earnings="-12.00", Status="Refunded")
    assert row["earnings"] == -12
    assert "refund" in flags(parsed)


@pytest.mark.parametrize("sent", ["0", ""])
def test_nobody_reached(parse, sent: str) -> None:
    parsed, _ = one_send(parse, Sent=sent)
    assert "no_recipients" in flags(parsed)


def test_unpriced_earnings(parse) -> None:
    parsed, _ = one_send(parse, Price="Free", Purchased="0")
    assert "unpriced_earnings" in flags(parsed)


@pytest.mark.parametrize(("earnings", "drifts"), [("40.00", False), ("41.00", False), ("41.41", True), ("12", True)])
def test_price_drift(parse, earnings: str, drifts: bool) -> None:
    parsed, _ = one_send(parse, Earnings=earnings)
    assert ("price_drift" in flags(parsed)) == drifts


def test_large_earnings(parse) -> None:
    parsed, _ = one_send(parse, Earnings="$12,000.00", Purchased="200")
    assert "large_earnings" in flags(parsed)


@pytest.mark.parametrize("price", ["201", "-1", "soon", "1e400"])
def test_bad_price(parse, price: str) -> None:
    row = quarantined_send(parse, Price=price)
    assert (row["rule"], row["column_name"], row["value"]) == ("bad_price", "price", price)
    assert price in row["reason"]


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("$0", 0.0),
        ("14,99", 14.99),
        ("14,99 $", 14.99),
        ("USD 14.99", 14.99),
        ("Free", 0.0),
        ("", None),
        ("19.69", 19.69),
    ],
)
def test_prices_as_text(parse, text: str, dollars: float | None) -> None:
    parsed = parse([send(Price=text), *[{**row, "Price": ""} for row in good_sends(2)]])
    price = parsed.table["price"].iloc[0]
    assert (pd.isna(price) and dollars is None) or price == dollars


@pytest.mark.parametrize("price", ["1.299,00 €", "£9.99", "12 EUR", "CA$12"])
def test_other_currencies(parse, price: str) -> None:
    assert quarantined_send(parse, Price=price)["rule"] == "bad_currency"


@pytest.mark.parametrize(
    ("text", "count"), [("1,234", 1234), ("1.2k", 1200), ("1.234", 1234), ("3412.0", 3412), ("2K", 2000)]
)
def test_counts_as_text(parse, text: str, count: int) -> None:
    assert one_send(parse, Sent=text)[1]["sent_count"] == count


@pytest.mark.parametrize("text", ["98%", "many", "12.5"])
def test_not_a_count(parse, text: str) -> None:
    assert quarantined_send(parse, Viewed=text)["rule"] == "not_a_count"


@pytest.mark.parametrize("text", ["soon", "2019-12-31 10:00", "2026-03-05 10:00", "Feb 31, 2026 at 9:00 PM", ""])
def test_bad_time(parse, text: str) -> None:
    assert quarantined_send(parse, **{"Sending time": text})["rule"] == "bad_time"


def test_exact_duplicate(parse) -> None:
    parsed = parse([send(), *good_sends(2), send()])
    assert (len(parsed.table), parsed.duplicates, parsed.rows_read) == (3, 1, 4)


def test_newer_export_replaces(write: Writer, settings: Settings) -> None:
    old = write("mass_messages__ada_paid__2026-02-21.csv", [send()])
    new = write("mass_messages__ada_paid__2026-02-25.csv", [send(Purchased="9", Earnings="90.00")])
    for order in ([old, new], [new, old]):
        home = settings.model_copy(
            update={"paths": settings.paths.model_copy(update={"home": settings.paths.home / str(order[0].name)})}
        )
        for path in order:
            ingest_paths(home, [path], NOW)
        with connect(home, read_only=True) as connection:
            rows = read(connection, "SELECT purchased_count, earnings FROM raw.sends")
        assert rows.values.tolist() == [[9, 90.0]]


def test_one_id_under_two_creators(parse) -> None:
    parsed = parse([send(), send(Page="bea_free"), *good_sends(4)])
    assert parsed.quarantine["rule"].tolist() == ["key_conflict"] * 2
    assert "m1" not in parsed.table["row_key"].tolist()


def test_one_id_under_two_creators_over_files(write: Writer, settings: Settings) -> None:
    first = write("a__2026-02-21.csv", [send(), *good_sends(2)])
    second = write(
        "b__2026-02-22.csv", [send(Page="bea_free"), *[{**row, "ID": "x" + row["ID"]} for row in good_sends(2)]]
    )
    ingest_paths(settings, [first, second], NOW)
    with connect(settings, read_only=True) as connection:
        assert not read(connection, "SELECT 1 FROM raw.sends WHERE row_key = 'm1'").size
        assert len(read(connection, "SELECT 1 FROM raw.quarantine WHERE rule = 'key_conflict'")) == 2
        ledger = read(connection, "SELECT * FROM raw.ingest_ledger")
    assert (
        ledger["rows_read"] == ledger[["rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined"]].sum(axis=1)
    ).all()
    assert ledger["rows_quarantined"].tolist() == [1, 1]


def test_same_minute_and_text_under_two_ids(parse) -> None:
    parsed = parse([send(), send(ID="m2"), *good_sends(1)])
    assert [flags(parsed, i) for i in range(3)] == [{"possible_duplicate"}, {"possible_duplicate"}, set()]


def test_same_minute_and_text_over_files(write: Writer, settings: Settings) -> None:
    ingest_paths(settings, [write("a__2026-02-21.csv", [send()]), write("b__2026-02-22.csv", [send(ID="m2")])], NOW)
    with connect(settings, read_only=True) as connection:
        rows = read(connection, "SELECT _flags FROM raw.sends")
    assert rows["_flags"].tolist() == ["possible_duplicate"] * 2


def captions(parse, *rows: dict[str, str]) -> ParsedFile:
    filler = [caption(f"{CAPTION} and a filler line {i}", caption_id=f"f{i}") for i in range(len(rows) + 1)]
    return parse([*rows, *filler], name="caption_bank__2026-02-01.csv")


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_caption(parse, text: str) -> None:
    assert captions(parse, caption(text)).quarantine["rule"].tolist() == ["empty_caption"]


@pytest.mark.parametrize(
    ("text", "extra", "active"),
    [
        ("✨✨✨ !!! ✨✨✨ 💛💛", {}, False),
        ("hey you", {}, False),
        ("hey you", {"total_earnings": "$50"}, True),
        ("hey you", {"times_used": "5"}, True),
        ("hey you there", {}, False),
        ("hey you there", {"times_used": "5"}, False),
        ("hey you there", {"times_used": "5", "performance_score": "60"}, True),
        ("hey you there", {"times_used": "1", "total_earnings": "30"}, True),
        ("hey you there, come over", {}, True),
    ],
)
def test_short_captions(parse, text: str, extra: dict[str, str], active: bool) -> None:
    parsed = captions(parse, caption(text, **extra))
    assert bool(parsed.table["is_active"].iloc[0]) == active
    assert ("short" in flags(parsed)) == (not active)


def test_long_captions(parse) -> None:
    parsed = captions(parse, caption("word " * 450), caption("word " * 1200))
    assert not parsed.table["is_active"].iloc[0]
    assert "concatenated" in flags(parsed)
    assert parsed.quarantine["rule"].tolist() == ["too_long"]


@pytest.mark.parametrize("text", ["test", "ASDF", "todo!", "Lorem ipsum dolor sit amet", "caption here", "test 2"])
def test_placeholder(parse, text: str) -> None:
    assert captions(parse, caption(text)).quarantine["rule"].tolist() == ["placeholder"]


def test_duplicate_text_merges(parse) -> None:
    rows = [
        caption(CAPTION, caption_id="a", times_used="3", total_earnings="10", tone=""),
        caption(CAPTION.upper() + "  ", caption_id="b", times_used="4", total_earnings="5", tone="playful"),
    ]
    parsed = captions(parse, *rows)
    row = parsed.table.iloc[0]
    assert (row["times_used"], row["total_earnings"], row["tone"]) == (7, 15, "playful")
    assert json.loads(row["alias_ids"]) == ["a", "b"]
    assert parsed.duplicates == 1


def test_duplicate_text_merges_over_files(write: Writer, settings: Settings) -> None:
    bank = write("caption_bank__2026-02-01.csv", [caption(CAPTION, caption_id="a")])
    same = write(
        "caption_bank__2026-02-02.csv", [caption(CAPTION, caption_id="a"), caption(CAPTION + " more", caption_id="n")]
    )
    logger = write(
        "caption_logger__2026-02-03.csv", [{"ID": "b", "Preview": CAPTION, "TimesUsed": "4", "WordCount": "9"}]
    )
    reports = ingest_paths(settings, [bank, same, logger], NOW)
    assert [(r.rows_loaded, r.rows_updated, r.rows_duplicate) for r in reports] == [(1, 0, 0), (1, 0, 1), (0, 1, 0)]
    with connect(settings, read_only=True) as connection:
        row = read(connection, "SELECT * FROM raw.captions WHERE caption_id = 'a'").iloc[0]
    assert (row["times_used"], json.loads(row["alias_ids"]), row["source"]) == (4, ["a", "b"], "caption_bank")


def test_near_duplicates(write: Writer, settings: Settings) -> None:
    words = " ".join(f"word{i}" for i in range(30))
    ingest_paths(
        settings, [write("caption_bank__2026-02-01.csv", [caption(words), caption(CAPTION, caption_id="o")])], NOW
    )
    ingest_paths(settings, [write("caption_bank__2026-02-02.csv", [caption(words + " extra", caption_id="k2")])], NOW)
    with connect(settings, read_only=True) as connection:
        rows = read(connection, "SELECT caption_id, caption_hash, near_duplicate_of FROM raw.captions").set_index(
            "caption_id"
        )
    assert rows.at["k2", "near_duplicate_of"] == rows.at["k1", "caption_hash"]
    assert rows.loc[["k1", "o"], "near_duplicate_of"].isna().all()


def test_mojibake(parse) -> None:
    good = "It’s a café evening, darling — come and see ✨"
    parsed = captions(
        parse, caption(good.encode().decode("cp1252", "replace")), caption(CAPTION + " \ufffd broken", caption_id="z")
    )
    broken = captions(parse, caption("It’s a café evening, come and see".encode().decode("cp1252")))
    assert broken.table["caption_text"].iloc[0] == "It’s a café evening, come and see"
    assert "encoding_repaired" in fixes(broken)
    assert broken.table["is_active"].iloc[0]
    garbled = parsed.table.set_index("caption_id").loc["z"]
    assert "garbled" in garbled["_flags"]
    assert not garbled["is_active"]


def test_styled_letters(parse) -> None:
    parsed = captions(parse, caption("𝓗𝓮𝓵𝓵𝓸 ʏᴏᴜ 🅣🅗🅔🅡🅔, come and say hi to me"))
    row = parsed.table.iloc[0]
    assert row["plain_text"] == "Hello you THERE, come and say hi to me"
    assert row["caption_text"].startswith("𝓗")
    assert row["is_active"]


@pytest.mark.parametrize(
    ("link", "active"),
    [
        ("https://platform.example/p/12", True),
        ("www.platform.example/x", True),
        ("https://elsewhere.example/x", False),
        ("https://notplatform.example/x", False),
    ],
)
def test_links(parse, link: str, active: bool) -> None:
    parsed = captions(parse, caption(f"Look at this one before it goes {link}"))
    assert bool(parsed.table["is_active"].iloc[0]) == active


@pytest.mark.parametrize(
    "text",
    [
        "come see my stepmom tonight ok",
        "she is und3rage they say",
        "my s t e p s i s t e r came by",
        "a whatsapp  me kind of night",
        "my ste\u0301psister came by",
        "a m\u0456nor thing to say here",
    ],
)
def test_prohibited_is_terminal(parse, text: str) -> None:
    row = captions(parse, caption(text)).quarantine.iloc[0]
    assert (row["rule"], bool(row["is_terminal"])) == ("prohibited", True)


def test_whole_words_only_and_sends_count_as_history(parse) -> None:
    assert captions(parse, caption("Kidding aside, the minority report was fun")).quarantine.empty
    assert one_send(parse, Message="my stepmom says hello")[1]["row_key"] == "m1"


def test_unknown_content_type(parse) -> None:
    parsed = captions(
        parse, caption(CAPTION, content_type="OTHER"), caption(CAPTION + " x", content_type="Evening wear")
    )
    assert "unknown_content_type" in flags(parsed)
    assert "unknown_content_type" not in flags(parsed, 1)
    assert parsed.table["content_type"].tolist()[:2] == ["OTHER", "Evening wear"]


@pytest.mark.parametrize(
    ("written", "key"),
    [("ppv_video", "ppv_unlock"), ("Normal Bump", "bump_normal"), ("winback", "expired_winback"), ("bundle", "bundle")],
)
def test_caption_type_aliases(parse, written: str, key: str) -> None:
    assert captions(parse, caption(CAPTION, caption_type=written)).table["caption_type"].iloc[0] == key


def test_unknown_caption_type_is_left_to_classify(parse) -> None:
    parsed = captions(parse, caption(CAPTION, caption_type="mystery"))
    assert pd.isna(parsed.table["caption_type"].iloc[0])
    assert "caption_type_replaced" in fixes(parsed)


def test_score_outside_its_range(parse) -> None:
    parsed = captions(parse, caption(CAPTION, classification_confidence="7"))
    assert pd.isna(parsed.table["classification_confidence"].iloc[0])
    assert "value_ignored" in fixes(parsed)


def test_creator_without_persona_takes_defaults(parse) -> None:
    parsed = parse(
        [{"page_name": "ada_paid", "primary_tone": "", "emoji_frequency": "high", "slang_level": "rare"}], name="p.csv"
    )
    row = parsed.table.iloc[0]
    assert (row["primary_tone"], row["emoji_frequency"], row["slang_level"]) == ("playful", "heavy", "light")


def creator(**changes: str) -> dict[str, str]:
    row = {
        "creator_id": "n1",
        "page_name": "nia",
        "page_type": "paid",
        "subscription_price": "9.99",
        "timezone": "Europe/Paris",
    }
    return {**row, "current_active_fans": "900", **changes}


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("PST", "America/Los_Angeles"),
        ("est", "America/New_York"),
        ("", "America/Los_Angeles"),
        ("Mars/Base", "America/Los_Angeles"),
        ("Europe/Paris", "Europe/Paris"),
    ],
)
def test_time_zones(parse, written: str, zone: str) -> None:
    parsed = parse([creator(timezone=written)])
    assert parsed.table["timezone"].iloc[0] == zone
    assert bool(parsed.warnings) == (written in ("", "Mars/Base"))


def test_fan_counts(parse) -> None:
    rows = [
        creator(),
        creator(creator_id="c1", page_name="ada_paid", current_active_fans="many"),
        creator(creator_id="n2", page_name="nia2", current_active_fans=""),
        creator(creator_id="n3", page_name="nia3", current_active_fans="-4"),
        creator(creator_id="n4", page_name="nia4", current_active_fans="1.5k"),
    ]
    parsed = parse(rows)
    assert parsed.table.set_index("creator_id")["current_active_fans"].to_dict() == {
        "n1": 900,
        "c1": 1200,
        "n2": 0,
        "n4": 1500,
    }
    assert parsed.quarantine["rule"].tolist() == ["negative_fans"]


def test_two_creators_with_one_page(parse) -> None:
    parsed = parse(
        [
            creator(),
            creator(creator_id="n2", page_name="NIA"),
            creator(creator_id="n3", page_name="Bea_Free"),
            creator(creator_id="n4", page_name="nia4"),
        ]
    )
    assert parsed.table["creator_id"].tolist() == ["n1", "n4"]
    assert parsed.quarantine["rule"].tolist() == ["duplicate_page"] * 2


@pytest.mark.parametrize(("price", "page_type"), [("9.99", "paid"), ("0", "free"), ("", "free")])
def test_page_type_from_price(parse, price: str, page_type: str) -> None:
    parsed = parse([creator(page_type="vip", subscription_price=price)])
    assert parsed.table["page_type"].iloc[0] == page_type
    assert any("page_type" in warning for warning in parsed.warnings)


def test_vault(parse) -> None:
    rows = [
        {
            "page_name": "ada_paid",
            "solo": "1",
            "couples": "no",
            "Evening wear": "12",
            "dance": "-1",
            "pov": "x",
            "weird": "1",
            "vault_notes": "n",
        },
        {"page_name": "nobody", "solo": "1"},
    ]
    parsed = parse(rows)
    owned = parsed.table.set_index("content_type_key")
    assert owned["has_content"].to_dict() == {
        "solo": True,
        "couples": False,
        "lingerie": True,
        "dance": False,
        "pov": True,
    }
    assert owned.at["lingerie", "quantity_available"] == 12
    assert parsed.quarantine["rule"].tolist() == ["unknown_page"]
    assert any("weird" in warning and "left out" in warning for warning in parsed.warnings)


def test_long_vault(parse) -> None:
    rows = [
        {"page_name": "ada_paid", "content_type": t, "has_content": "yes", "quantity_available": "3"}
        for t in ("Solo", "pov", "nothing")
    ]
    parsed = parse(rows)
    assert parsed.table["content_type_key"].tolist() == ["solo", "pov"]
    assert parsed.quarantine["rule"].tolist() == ["unknown_content_type"]


def test_unknown_page_is_tried_again(write: Writer, settings: Settings) -> None:
    vault = write("vault_matrix__2026-02-01.csv", [{"page_name": p, "solo": "1"} for p in ("nia", "ada", "bea")])
    ingest_paths(
        settings,
        [write("creators__2026-02-01.csv", [creator(), creator(creator_id="n2", page_name="ada")]), vault],
        NOW,
    )
    with connect(settings, read_only=True) as connection:
        assert read(
            connection, "SELECT rows_quarantined FROM raw.ingest_ledger WHERE kind = 'vault'"
        ).values.tolist() == [[1]]
    ingest_paths(settings, [write("creators__2026-02-05.csv", [creator(creator_id="n3", page_name="bea")])], NOW)
    with connect(settings, read_only=True) as connection:
        assert read(connection, "SELECT count(*) FROM raw.vault").values.tolist() == [[3]]
        assert read(connection, "SELECT count(*) FROM raw.quarantine").values.tolist() == [[0]]
        ledger = read(
            connection, "SELECT rows_read, rows_loaded, rows_quarantined FROM raw.ingest_ledger WHERE kind = 'vault'"
        )
    assert ledger.values.tolist() == [[3, 3, 0]]


def test_file_rejected_for_unknown_pages_comes_in_with_its_creators(write: Writer, settings: Settings) -> None:
    vault = write("vault_matrix__2026-02-01.csv", [{"page_name": p, "solo": "1"} for p in ("nia", "ada", "bea")])
    assert ingest_paths(settings, [vault], NOW)[0].status == "rejected"
    everyone = [creator(), creator(creator_id="n2", page_name="ada"), creator(creator_id="n3", page_name="bea")]
    ingest_paths(settings, [write("creators__2026-02-05.csv", everyone)], NOW)
    with connect(settings, read_only=True) as connection:
        ledger = read(
            connection, "SELECT status, rows_loaded, rows_quarantined FROM raw.ingest_ledger WHERE kind = 'vault'"
        )
    assert ledger.values.tolist() == [["loaded", 3, 0]]


def test_sends_are_linked_when_their_creator_arrives(write: Writer, settings: Settings) -> None:
    ingest_paths(
        settings, [write("mass_messages__nia__2026-02-21.csv", [{k: v for k, v in send().items() if k != "Page"}])], NOW
    )
    ingest_paths(settings, [write("creators__2026-02-22.csv", [creator()])], NOW)
    with connect(settings, read_only=True) as connection:
        assert read(connection, "SELECT page_name, creator_id FROM raw.sends").values.tolist() == [["nia", "n1"]]


def test_usage_counters_never_reach_the_sends(parse) -> None:
    parsed = captions(parse, caption(CAPTION, times_used="99", total_sends="12"))
    assert parsed.table["times_used"].iloc[0] == 99
    assert any("total_sends" in warning for warning in parsed.warnings)


def test_performance_of_captions_is_not_read(parse) -> None:
    parsed = parse(
        [{"caption_id": "gone", "avg_view_rate": "0.2", "avg_purchase_rate": "0.1"}], name="caption_performance.csv"
    )
    assert parsed.error is not None
    assert "caption_text" in parsed.error


def test_missing_required_column(parse) -> None:
    rows = [{k: v for k, v in row.items() if k != "Sending time"} for row in good_sends(3)]
    parsed = parse([{k.replace("Sent", "Recipients"): v for k, v in row.items()} for row in rows])
    assert "missing required column sending_time" in str(parsed.error)
    assert (parsed.rows_read, len(parsed.table)) == (0, 0)


def test_zero_rows(parse, write: Writer, settings: Settings, reference: Reference, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("ID,Message\n", encoding="utf-8")
    assert "no data rows" in str(parse_file(path, reference, settings, NOW).error)
    path.write_text("", encoding="utf-8")
    assert "empty" in str(parse_file(path, reference, settings, NOW).error)


def test_more_than_half_unusable(parse) -> None:
    parsed = parse([send(ID="1", Price="900"), send(ID="2", Price="soon"), *good_sends(1)])
    assert "2 of 3 rows are unusable" in str(parsed.error)
    assert len(parsed.table) == 0
    assert sorted(parsed.quarantine["rule"]) == ["bad_price", "bad_price", "file_rejected"]
    assert parse([send(Price="900"), *good_sends(1)]).error is None


def test_rejected_file_is_set_aside(write: Writer, settings: Settings) -> None:
    bad = write("home/inbox/broken.xlsx", [{"a": "b"}])
    bad.write_bytes(b"PK\x03\x04 this is no workbook")
    good = write("home/inbox/mass_messages__ada_paid__2026-02-21.csv", good_sends(2))
    reports = {r.file_name: r for r in ingest_paths(settings, [settings.paths.inbox], NOW)}
    assert reports["broken.xlsx"].status == "rejected"
    assert reports[good.name].rows_loaded == 2
    assert list(settings.paths.inbox.iterdir()) == []
    names = sorted(p.name.split("_", 1)[1] for p in settings.paths.rejected.iterdir())
    assert names == ["broken.xlsx", "broken.xlsx.error.txt"]
    assert next(settings.paths.archive.iterdir()).name.endswith(good.name)


def test_file_still_being_written(write: Writer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("home/inbox/mass_messages__ada_paid__2026-02-21.csv", good_sends(2))
    monkeypatch.setenv("EROS__INGEST__SETTLE_SECONDS", "5")
    path.touch()

    def grow(_: float) -> None:
        with path.open("a") as stream:
            stream.write("x")

    monkeypatch.setattr("eros_assets.flows.ingest.inbox.time.sleep", grow)
    from eros_assets.settings import load_settings

    (report,) = ingest_paths(load_settings(settings.paths.home), [path], NOW)
    assert report.status == "waiting"
    assert path.exists()


def test_same_content_under_another_name(write: Writer, settings: Settings) -> None:
    first = write("mass_messages__ada_paid__2026-02-21.csv", good_sends(3))
    copy = first.with_name("copy of it.csv")
    copy.write_bytes(first.read_bytes())
    ingest_paths(settings, [first], NOW)
    (report,) = ingest_paths(settings, [copy], NOW)
    assert (report.status, report.rows_read, report.rows_duplicate) == ("skipped", 3, 3)
    with connect(settings, read_only=True) as connection:
        assert len(read(connection, "SELECT 1 FROM raw.ingest_ledger")) == 1


@pytest.mark.parametrize("text", ["=HYPERLINK(1)&you are late", "+1 for the lake", "-see you there", "@you come over"])
def test_formula_text_stays_text(parse, text: str) -> None:
    assert one_send(parse, Message=text)[1]["message_content"] == text


def test_formulas_of_a_workbook(settings: Settings, reference: Reference, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(send()))
    book.active.append(list(send(Message="=come over and see me").values()))
    path = tmp_path / "report.xlsx"
    book.save(path)
    assert parse_file(path, reference, settings, NOW).table["message_content"].iloc[0] == "=come over and see me"


def test_embedded_newlines_and_quotes(parse) -> None:
    _, row = one_send(parse, Message='She said "hi",\nand left; then\r\ncame back')
    assert row["message_content"] == 'She said "hi",\nand left; then\r\ncame back'


def test_lines_that_fit_no_layout(settings: Settings, reference: Reference, write: Writer) -> None:
    path = write("report.csv", [send(), *good_sends(6)])
    lines = path.read_text().split("\n")
    lines[2] += ",extra"
    lines[3] = "short,line"
    lines[4] = lines[4].replace("A quiet", '"A quiet')
    path.write_text("\n".join(lines))
    parsed = parse_file(path, reference, settings, NOW)
    balance(parsed)
    assert parsed.rows_read == 7
    assert parsed.quarantine["row_number"].tolist() == [3, 4, 5]
    assert parsed.quarantine["rule"].tolist() == ["unaligned_row"] * 3
    assert "extra" in parsed.quarantine["value"].iloc[0]
    assert len(parsed.table) == 4


def test_weekday_and_hour_columns_are_ignored(parse) -> None:
    _, row = one_send(parse, Weekday="0", Hour="23")
    assert row["sending_time"] == pd.Timestamp("2026-02-21 04:05")


def test_zip_bomb_is_refused(
    settings: Settings, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EROS__INGEST__MAX_UNPACKED_MB", "1")
    from eros_assets.settings import load_settings

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    assert path.stat().st_size < 50_000
    assert "unpacks to 5 MB" in str(parse_file(path, reference, load_settings(tmp_path), NOW).error)
