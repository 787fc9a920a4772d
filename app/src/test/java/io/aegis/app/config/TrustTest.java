package io.aegis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.app.config.Trust.Group;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrustTest {
  private static final int ROOT = 0;
  private static final int ALICE = 1000;
  private static final int BOB = 1001;

  // Red when: Trust.whyNot lets root, too, go by the name of a group.
  @Test
  void root_believes_what_only_root_could_have_written() {
    assertThat(believes(ROOT, file(ROOT, 0100644))).isTrue();
    assertThat(believes(ROOT, file(BOB, 0100644))).isFalse();
    assertThat(believes(ROOT, file(ROOT, 0100664))).isFalse();
    assertThat(believes(ROOT, ownGroup(ROOT, 0100664))).isFalse();
    assertThat(believes(ROOT, file(ROOT, 0100602))).isFalse();
    assertThat(believes(ROOT, file(BOB, 0040755))).isFalse();
    assertThat(believes(ROOT, file(ROOT, 0041777))).isFalse();
  }

  // Red when: asOneAbove believes what anybody may write, or nothing below /tmp.
  @Test
  void a_directory_further_up_may_be_everybodys_only_if_nobody_renames_in_it_what_is_anothers() {
    for (int reader : new int[] {ROOT, ALICE}) {
      assertThat(believes(reader, file(ROOT, 0041777).asOneAbove())).isTrue();
      assertThat(believes(reader, file(ROOT, 0040777).asOneAbove())).isFalse();
      assertThat(believes(reader, file(BOB, 0041777).asOneAbove())).isFalse();
      assertThat(believes(reader, file(ROOT, 0101666).asOneAbove())).isFalse();
    }
  }

  // Red when: Trust.whyNot takes a file of anybody for one of ours.
  @Test
  void anybody_else_believes_themselves_and_root() {
    assertThat(believes(ALICE, file(ALICE, 0100644))).isTrue();
    assertThat(believes(ALICE, file(ROOT, 0100644))).isTrue();
    assertThat(believes(ALICE, file(BOB, 0100644))).isFalse();
    assertThat(believes(ALICE, file(BOB, 0040755))).isFalse();
    assertThat(believes(ALICE, file(ALICE, 0100646))).isFalse();
    assertThat(believes(ALICE, file(ROOT, 0041777))).isFalse();
  }

  // Red when: the bit of the group is read like that of everybody, or not at all.
  @Test
  void a_group_of_ones_own_may_write_and_one_that_is_shared_may_not() {
    assertThat(believes(ALICE, ownGroup(ALICE, 0040775))).isTrue();
    assertThat(believes(ALICE, ownGroup(ALICE, 0100664))).isTrue();
    assertThat(believes(ALICE, ownGroup(ALICE, 0040777))).isFalse();
    assertThat(believes(ALICE, file(ALICE, 0042775))).isFalse();
    assertThat(believes(ALICE, file(ROOT, 0042775))).isFalse();
  }

  // Red when: the bits of a link, which are all set, are taken for those of a file.
  @Test
  void of_a_link_it_only_counts_whose_it_is() {
    assertThat(believes(ALICE, file(ALICE, 0120777))).isTrue();
    assertThat(believes(ALICE, file(BOB, 0120777))).isFalse();
  }

  private static boolean believes(int reader, Trust what) {
    return what.whyNot(reader).isEmpty();
  }

  private static Trust file(int user, int mode) {
    return new Trust(Path.of("/srv/shop/aegis.yaml"), user, mode, Group.OF_OTHERS);
  }

  private static Trust ownGroup(int user, int mode) {
    return new Trust(Path.of("/srv/shop/aegis.yaml"), user, mode, Group.OF_ITS_OWNER);
  }
}
