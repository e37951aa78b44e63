from onememory.security.rate_limits import CALLERS, Rate, Throttle, admit

THREE = Rate(3, minutes=15)


def test_all_of_a_period_may_come_at_once_and_then_one_each_interval() -> None:
    state = 0.0
    for _ in range(3):
        verdict = admit(THREE, state, 1_000.0)
        assert verdict.passes
        state = verdict.state

    late = admit(THREE, state, 1_000.0)
    assert (late.passes, late.retry_after) == (False, 300)
    assert admit(THREE, late.state, 1_300.0).passes


def test_a_throttle_keeps_callers_apart_and_can_forgive_one() -> None:
    throttle = Throttle(Rate(1))
    assert [throttle.admit(who, 0.0).passes for who in ("a", "b", "a", "b")] == [True, True, False, False]

    throttle.forgive("a")

    assert [throttle.admit(who, 0.0).passes for who in ("a", "b")] == [True, False]


def test_a_throttle_remembers_the_latest_callers_only() -> None:
    throttle = Throttle(Rate(1))
    for number in range(CALLERS + 1):
        throttle.admit(str(number), 0.0)

    assert throttle.admit("0", 0.0).passes
    assert not throttle.admit(str(CALLERS), 0.0).passes
