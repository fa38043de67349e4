import pytest
from fwd.errors import PluginError
from fwd.registry import Registry


@pytest.fixture
def registry():
    registry = Registry("env")
    registry.add("metro", 1, "fwd-metro 1.0")
    registry.add("chess", 2, "fwd-chess 2.0")
    return registry


def test_what_was_added_can_be_had(registry):
    assert registry.get("chess") == 2
    assert registry.origin("chess") == "fwd-chess 2.0"
    assert registry.names() == ["chess", "metro"]
    assert "chess" in registry
    assert "go" not in registry
    assert len(registry) == 2


def test_a_near_miss_names_the_nearest_and_all_known(registry):
    with pytest.raises(PluginError, match=r"unknown env 'ches'; did you mean 'chess'.*known: chess, metro"):
        registry.get("ches")


def test_a_far_miss_only_names_the_known(registry):
    with pytest.raises(PluginError) as caught:
        registry.origin("backgammon")
    assert "did you mean" not in str(caught.value)
    assert "known: chess, metro" in str(caught.value)


def test_an_empty_registry_says_so():
    with pytest.raises(PluginError, match="none is installed"):
        Registry("env").get("chess")


def test_a_duplicate_names_both_distributions(registry):
    with pytest.raises(PluginError, match=r"'chess' is registered by both fwd-chess 2.0 and fwd-other 3.0"):
        registry.add("chess", 3, "fwd-other 3.0")
    assert registry.get("chess") == 2
