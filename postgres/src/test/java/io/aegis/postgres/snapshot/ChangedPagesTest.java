package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.layout.RelationFile;
import io.aegis.postgres.layout.RelationFile.Fork;
import io.aegis.repository.Changes;
import io.aegis.repository.Changes.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChangedPagesTest {
  private static final int SEGMENT = 100;
  private static final long FULL = SEGMENT * 8192L;
  private final ChangedPages changes = new ChangedPages(SEGMENT);

  @Test
  void a_relation_the_log_does_not_name_has_not_changed() {
    assertThat(changes.of(segment(0), FULL)).isEqualTo(pages(FULL));
  }

  @Test
  void blocks_become_runs_of_pages_of_their_segment() {
    for (long block : new long[] {3, 4, 99, 100, 250}) {
      changes.written(relation(Fork.MAIN), block);
    }
    assertThat(changes.of(segment(0), FULL)).isEqualTo(pages(FULL, new Run(3, 2), new Run(99, 1)));
    assertThat(changes.of(segment(1), FULL)).isEqualTo(pages(FULL, new Run(0, 1)));
    assertThat(changes.of(segment(2), 20 * 8192)).isEqualTo(pages(20 * 8192));
  }

  // Red when: ChangedPages.of does not ask for the fork.
  @Test
  void t22_forks_that_the_log_does_not_tell_everything_of_are_read_whole() {
    assertThat(changes.of(new RelationFile(1663, 5, 10, Fork.FSM, 0), FULL))
        .isInstanceOf(Changes.Unknown.class);
    assertThat(changes.of(new RelationFile(1663, 5, 10, Fork.VM, 0), FULL))
        .isInstanceOf(Changes.Unknown.class);
  }

  // Red when: ChangedPages.cut forgets databases.
  @Test
  void t22_a_database_made_by_copying_files_is_read_whole() {
    changes.cut(new RelationFile(1663, 5, 0, Fork.MAIN, 0), 0);
    assertThat(changes.of(segment(0), FULL)).isInstanceOf(Changes.Unknown.class);
    assertThat(changes.of(new RelationFile(1663, 6, 10, Fork.MAIN, 0), FULL))
        .isEqualTo(pages(FULL));
  }

  // Red when: ChangedPages.of adds only the blocks that were written after the cut.
  @Test
  void t24_what_lies_beyond_a_cut_has_changed_even_if_it_grew_back() {
    changes.cut(relation(Fork.MAIN), 130);
    changes.cut(relation(Fork.MAIN), 150);
    assertThat(changes.of(segment(0), FULL)).isEqualTo(pages(FULL));
    assertThat(changes.of(segment(1), FULL)).isEqualTo(pages(FULL, new Run(30, 70)));
    assertThat(changes.of(segment(2), FULL)).isInstanceOf(Changes.Unknown.class);
  }

  private static Changes.Pages pages(long size, Run... runs) {
    return new Changes.Pages(List.of(runs), size);
  }

  private static RelationFile relation(Fork fork) {
    return new RelationFile(1663, 5, 10, fork, 0);
  }

  private static RelationFile segment(long number) {
    return new RelationFile(1663, 5, 10, Fork.MAIN, number);
  }
}
