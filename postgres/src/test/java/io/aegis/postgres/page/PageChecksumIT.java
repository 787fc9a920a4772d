package io.aegis.postgres.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.layout.DirectoryScan;
import io.aegis.postgres.layout.RelationFile;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import io.aegis.repository.FileSpec;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageChecksumIT {
  private static final int SIZE = 8192;

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void every_page_of_a_real_cluster_carries_the_checksum_computed_here(int major) throws Exception {
    try (var postgres = TestPostgres.of(major).start()) {
      postgres.pgbench("-i", "-s", "2", "-q");
      postgres.stop(Stop.FAST);
      var listing = DirectoryScan.list(postgres.dataDirectory(), "PG_" + major + "_1");
      long pages = 0;
      for (var entry : listing.entries()) {
        pages += soundPagesOf(postgres, entry);
      }
      assertThat(pages).isGreaterThan(3000);
    }
  }

  private static long soundPagesOf(TestPostgres postgres, FileSpec entry) throws IOException {
    if (RelationFile.parse(entry.path()).isEmpty()) {
      return 0;
    }
    var bytes = Files.readAllBytes(postgres.dataDirectory().resolve(entry.path()));
    var rules = new PageRules(SIZE, new Lsn(-1));
    for (int block = 0; block < bytes.length / SIZE; block++) {
      assertThat(rules.judge(bytes, block * SIZE, block))
          .as("%s, block %d", entry.path(), block)
          .isEqualTo(PageRules.Verdict.SOUND);
    }
    return bytes.length / SIZE;
  }
}
