package io.aegis.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MilestonesTest {
  @TempDir
  Path directory;

  @Test
  void each_milestone_is_written_down_as_often_as_it_is_reached() {
    var list = new MilestoneList(directory.resolve("reached"));

    list.reach("store.put.before");
    list.reach("store.put.after");
    list.reach("store.put.before");

    assertThat(list.file()).hasContent("store.put.before\nstore.put.after\nstore.put.before\n");
  }

  // Red when: the pattern knows lower case only, as it did; then no write of the journal could be
  // named, since those milestones are called after the class of the event.
  @ParameterizedTest
  @ValueSource(strings = {"store.put.after", "journal.StepMoved", "step.verify-pages.begun"})
  void every_form_of_milestone_can_be_named_as_a_crash_point(String milestone) {
    CrashPoint.parse(milestone + ":1").reach("another");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "store.put.after", "store.put.after:0", "a b:1", "a:-1"})
  void anything_else_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrashPoint.parse(text))
        .withMessageContaining("<milestone>:<n>");
  }
}
