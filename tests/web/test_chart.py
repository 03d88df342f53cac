"""Where bars and spans lie in a drawing."""

from datetime import date

from netkeep_sync.web.chart import Bar, Part, draw_bars, draw_spans


def bar(*numbers, label="Q1", group="2026", above=""):
    parts = tuple(Part(kind=f"k{index}", name="of it", number=number) for index, number in enumerate(numbers))
    return Bar(label=label, group=group, parts=parts, above=above)


def test_parts_stand_on_each_other_up_to_the_top():
    panel = draw_bars("A", [bar(3, 1)], words="")
    lower, upper = panel.marks

    assert lower.y + lower.height < panel.floor
    assert upper.y + upper.height < lower.y
    assert abs(lower.height / 3 - upper.height) < 1


def test_what_is_fewer_than_none_hangs_from_the_floor():
    panel = draw_bars("A", [bar(2, -1), bar(0, -2)], words="")
    up, down, deep = panel.marks

    assert up.y < panel.floor < down.y
    assert panel.floor < deep.y
    assert deep.y + deep.height < panel.height


def test_what_is_none_is_not_drawn_and_nothing_at_all_is_a_floor():
    assert draw_bars("A", [bar(0, 0)], words="").marks == ()
    assert draw_bars("A", [], words="").marks == ()


def test_a_group_is_named_where_it_begins():
    bars = [bar(1, group="2025"), bar(1, label="Q2", group="2025"), bar(1, group="2026")]
    words = [one.words for one in draw_bars("A", bars, words="").labels]

    assert (words.count("2025"), words.count("2026"), words.count("Q2")) == (1, 1, 1)


def test_everything_lies_within_the_panel():
    panel = draw_bars("A", [bar(index, -index, above=str(index)) for index in range(8)], words="")

    assert all(box.x >= 0 and box.x + box.width <= panel.width for box in panel.marks)
    assert all(box.y >= 0 and box.y + box.height <= panel.height for box in panel.marks)
    assert all(0 < label.y < panel.height for label in panel.labels)


def test_spans_lie_on_one_line_from_the_first_day_to_the_last():
    first, second, moment = draw_spans(
        [
            (date(2020, 1, 1), date(2021, 1, 1)),
            (date(2020, 7, 1), date(2022, 1, 1)),
            (date(2022, 1, 1), date(2022, 1, 1)),
        ]
    )

    assert (first.x, round(first.width)) == (0, 50)
    assert round(second.x + second.width) == 100
    assert (moment.x, moment.width) == (99, 1)
    assert draw_spans([]) == ()
