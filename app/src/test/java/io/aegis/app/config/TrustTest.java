package io.aegis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustTest {
  private static final int ROOT = 0;
  private static final int ALICE = 1000;
  private static final int BOB = 1001;

  // Red when: Trust.whyNot looks at the file alone, or at its directories alone.
  @Test
  void root_believes_what_only_root_could_have_written() {
    assertThat(believes(ROOT, file(ROOT, 0100644), directory(ROOT, 0040755))).isTrue();
    assertThat(believes(ROOT, file(BOB, 0100644), directory(ROOT, 0040755))).isFalse();
    assertThat(believes(ROOT, file(ROOT, 0100664), directory(ROOT, 0040755))).isFalse();
    assertThat(believes(ROOT, file(ROOT, 0100602), directory(ROOT, 0040755))).isFalse();
    assertThat(believes(ROOT, file(ROOT, 0100644), directory(BOB, 0040755))).isFalse();
    assertThat(believes(ROOT, file(ROOT, 0100644), directory(ROOT, 0041777))).isFalse();
  }

  // Red when: asOneAbove believes what anybody may write, or nothing below /tmp.
  @Test
  void a_directory_further_up_may_be_everybodys_only_if_nobody_renames_in_it_what_is_anothers() {
    assertThat(believes(ROOT, file(ROOT, 0100644), directory(ROOT, 0041777).asOneAbove()))
        .isTrue();
    assertThat(believes(ROOT, file(ROOT, 0100644), directory(ROOT, 0040777).asOneAbove()))
        .isFalse();
    assertThat(believes(ROOT, file(ROOT, 0100644), directory(BOB, 0041777).asOneAbove()))
        .isFalse();
  }

  // Red when: Trust.whyNot takes a file of anybody for one of ours.
  @Test
  void anybody_else_believes_themselves_and_root() {
    assertThat(believes(ALICE, file(ALICE, 0100644), directory(ALICE, 0040755))).isTrue();
    assertThat(believes(ALICE, file(ROOT, 0100644), directory(BOB, 0040755))).isTrue();
    assertThat(believes(ALICE, file(BOB, 0100644), directory(ALICE, 0040755))).isFalse();
  }

  private static boolean believes(int user, Trust file, Trust directory) {
    return Trust.whyNot(file, List.of(directory), user).isEmpty();
  }

  private static Trust file(int user, int mode) {
    return new Trust(Path.of("/srv/shop/aegis.yaml"), user, mode);
  }

  private static Trust directory(int user, int mode) {
    return new Trust(Path.of("/srv/shop"), user, mode);
  }
}
