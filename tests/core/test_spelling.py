from netkeep_sync.core.spelling import did_you_mean


def test_did_you_mean_is_silent_about_what_is_far_off():
    assert did_you_mean("recruters", ["peers", "Recruiters"]) == "Recruiters"
    assert did_you_mean("x", ["peers", "recruiters"]) is None
    assert did_you_mean("x" * 100_000, ["peers"]) is None
