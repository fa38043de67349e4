import pytest
from attrs import evolve
from fwd.config import RunConfig, assign, merge, read, resolve
from fwd.errors import ConfigError, PluginError
from fwd.plugins import PluginSet
from fwd.testing.toy import ToyConfig
from fwd.testing.toy_plugin import DEBUG


@pytest.fixture(scope="module")
def plugins():
    return PluginSet.of("fwd.testing.toy_plugin")


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("a=1", {"a": 1}),
        ("a.b.c=1.5", {"a": {"b": {"c": 1.5}}}),
        ("a.b = true", {"a": {"b": True}}),
        ("a.b=word", {"a": {"b": "word"}}),
        ("a.b=/x/y.mm", {"a": {"b": "/x/y.mm"}}),
        ("a.b=c=d", {"a": {"b": "c=d"}}),
        ('a.b="1"', {"a": {"b": "1"}}),
        ("a.b=[1, 2]", {"a": {"b": [1, 2]}}),
        ("a.b={x = 1}", {"a": {"b": {"x": 1}}}),
        ("a=1\nb=2", {"a": "1\nb=2"}),
    ],
)
def test_assign(text, tables):
    assert assign(text) == tables


@pytest.mark.parametrize("text", ["", "a", "=1", "a.=1", ".a=1", "a=", "a=[1", 'a="b', "a={x"])
def test_bad_assignments_are_one_line(text):
    with pytest.raises(ConfigError, match=r"^cannot set [^\n]*$"):
        assign(text)


def test_merge_goes_key_by_key_and_leaves_its_arguments():
    low, high = {"a": {"x": 1, "y": 2}, "b": [1, 2]}, {"a": {"y": 3}, "b": [4], "c": {"z": 1}}
    merged = merge(low, high)
    assert merged == {"a": {"x": 1, "y": 3}, "b": [4], "c": {"z": 1}}
    merged["a"]["x"] = merged["c"]["z"] = 9
    assert low["a"]["x"] == 1
    assert high["c"]["z"] == 1


def test_extends_is_relative_and_the_nearer_file_wins(tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "a.toml").write_text("[train]\nsteps = 1\nseed = 1\n")
    (tmp_path / "base" / "b.toml").write_text('extends = "a.toml"\n[train]\nseed = 2\n')
    (tmp_path / "c.toml").write_text('extends = "base/b.toml"\n[model]\nd_model = 8\n')
    assert read(tmp_path / "c.toml") == {"train": {"steps": 1, "seed": 2}, "model": {"d_model": 8}}


def test_extends_in_a_circle(tmp_path):
    (tmp_path / "a.toml").write_text('extends = "b.toml"')
    (tmp_path / "b.toml").write_text('extends = "./a.toml"')
    with pytest.raises(ConfigError, match=r"a.toml -> b.toml -> a.toml"):
        read(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"a = ", "not valid TOML"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"extends = 3", "extends must be the path"),
        (b'extends = "nowhere.toml"', "nowhere.toml: cannot read"),
        (b"a = " + b"[" * 100_000, "not valid TOML"),
        (b"#" * 2_000_000, "larger than 1 MiB"),
    ],
)
def test_bad_files_are_one_line(tmp_path, content, cause):
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=cause) as caught:
        read(tmp_path / "a.toml")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder(tmp_path):
    for path in (tmp_path / "nothing.toml", tmp_path):
        with pytest.raises(ConfigError):
            read(path)


def test_layers_win_in_order(plugins, tmp_path):
    file = tmp_path / "a.toml"
    file.write_text("[train]\nlr = 0.5\nwarmup_steps = 7\n[env]\nvalid = 5\n")
    config = resolve(plugins, "toy", None, file, ["train.warmup_steps=9", "train.mix.human=0.9"])
    assert config.run.env == "toy"
    assert config.run.preset == "debug"
    assert config.env == evolve(ToyConfig(), valid=5, max_facts=DEBUG["env"]["max_facts"])
    assert config.model.d_model == DEBUG["model"]["d_model"]  # preset over default
    assert config.train.lr == 0.5  # file over preset
    assert config.train.warmup_steps == 9  # assignment over file
    assert config.train.mix == {"human": 0.9, "synthetic": 0.5}  # tables merge
    assert config.train.clip == 1.0  # default


def test_env_and_preset_may_stand_in_the_file(plugins, tmp_path):
    file = tmp_path / "a.toml"
    file.write_text('[run]\nenv = "toy"\npreset = "debug"\n')
    assert resolve(plugins, file=file).run.env == "toy"
    with pytest.raises(PluginError, match="unknown env 'other'"):
        resolve(plugins, "other", file=file)


def test_round_trip_is_exact(plugins):
    config = resolve(plugins, "toy", assignments=["train.evaluate_every=none", "train.lr=1e-7", "engine.threads=2"])
    assert config.train.evaluate_every is None
    assert RunConfig.loads(config.dumps(), plugins) == config


def test_all_mistakes_of_all_sections_at_once(plugins):
    wrong = ["train.stepz=1", "train.lr=fast", "model.d_mode=1", "env.vlid=3", "trian.steps=1", "engine=3"]
    with pytest.raises(ConfigError) as caught:
        resolve(plugins, "toy", assignments=wrong)
    assert sorted(str(caught.value).splitlines()) == [
        "engine: expected a table, got 3",
        "env.vlid: unknown setting; did you mean env.valid?",
        "model.d_mode: unknown setting; did you mean model.d_model?",
        "train.lr: expected a number, got the text 'fast'",
        "train.stepz: unknown setting; did you mean train.steps?",
        "trian: unknown setting; did you mean train?",
    ]


def test_unknown_names(plugins):
    with pytest.raises(PluginError, match="unknown preset of toy 'debig'; did you mean 'debug'"):
        resolve(plugins, "toy", "debig")
    with pytest.raises(ConfigError, match=r"name an env with --env.*known: toy"):
        resolve(plugins)
    with pytest.raises(ConfigError, match="run: expected a table"):
        resolve(plugins, "toy", assignments=["run=3"])
    with pytest.raises(ConfigError, match=r"run.env: must name an env"):
        RunConfig.loads("[run]\nenv = 3\n", plugins)


class TestLength:
    """Steps and minutes exclude each other: whoever says one of them replaces both of the layers below."""

    def length(self, plugins, *assignments, **tables):
        train = resolve(plugins, "toy", file=tables, assignments=assignments).train
        return train.steps, train.minutes

    def test_the_users_replaces_the_presets(self, plugins):
        assert self.length(plugins) == (240, None)
        assert self.length(plugins, "train.minutes=3") == (None, 3)
        assert self.length(plugins, train={"minutes": 4}) == (None, 4)
        assert self.length(plugins, "train.minutes=3", "train.lr=0.5") == (None, 3)

    def test_an_assignment_replaces_the_files(self, plugins):
        assert self.length(plugins, "train.steps=3", train={"minutes": 4}) == (3, None)

    def test_a_file_replaces_what_it_extends(self, plugins, tmp_path):
        (tmp_path / "base.toml").write_text("[train]\nminutes = 60\n")
        (tmp_path / "mine.toml").write_text('extends = "base.toml"\n[train]\nsteps = 5\n')
        train = resolve(plugins, "toy", file=tmp_path / "mine.toml").train
        assert (train.steps, train.minutes) == (5, None)

    def test_taken_back_by_hand_is_fine_too(self, plugins):
        assert self.length(plugins, "train.minutes=3", "train.steps=none") == (None, 3)

    def test_both_are_refused(self, plugins):
        with pytest.raises(ConfigError, match="exclude each other"):
            self.length(plugins, "train.minutes=3", "train.steps=3")


@pytest.mark.parametrize(
    "text",
    [
        "a." * 20_000 + "b = 1",
        "[" + "a . " * 200_000 + "b]",
        "x = {" + "a." * 20_000 + "b = 1}",
        "a = " + "[" * 100 + "]" * 100,
        "a = " + "[" * 100_000,
        "a = " + "9" * 5000,
    ],
    ids=["dotted", "header", "inline", "lists", "open lists", "number"],
)
def test_what_is_too_deep_or_too_long_is_one_line_at_once(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"^[^\n]{,300}$"):
        read(path)


@pytest.mark.parametrize("text", ["a." * 20_000 + "b=1", "a=" + "[" * 100 + "]" * 100, "a=[" + "9" * 5000 + "]"])
def test_settings_that_are_too_deep_or_too_long(text):
    with pytest.raises(ConfigError):
        assign(text)
