package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.snapshot.BackupFacts.Collation;
import io.aegis.postgres.snapshot.BackupFacts.Extension;
import io.aegis.postgres.snapshot.BackupFacts.OutsideFile;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backup takes from around the data directory. */
final class SurroundingsIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @SuppressWarnings("NullAway.Init")
  private Source source;

  @BeforeEach
  void a_server() throws Exception {
    source = Source.start(TestPostgres.of(17), home);
  }

  @AfterEach
  void stop() {
    source.close();
  }

  // Red when: ClusterInventory.CONFIGURATION does not ask for hba_file.
  @Test
  void t43_configuration_from_elsewhere_extensions_and_collations_are_kept() throws Exception {
    var hba = Files.writeString(home.resolve("hba.conf"), "host all all 127.0.0.1/32 trust\n");
    source.postgres.psql("ALTER SYSTEM SET hba_file = '" + hba + "'");
    source.postgres.psql("CREATE EXTENSION amcheck");
    source.postgres.restart();
    var outcome = source.backUp();
    var around = source.facts(outcome).surroundings();
    assertThat(around.configuration())
        .filteredOn(file -> !file.isDataDirectory())
        .containsExactly(new OutsideFile(hba.toString(), ".aegis/configuration/hba_file-hba.conf"));
    assertThat(around.configuration())
        .contains(new OutsideFile(source.postgres.dataDirectory().toString(), "."));
    assertThat(source.plain().directory(outcome.backup().id()).resolve(".aegis/configuration"))
        .isDirectoryContaining(file -> file.endsWith("hba_file-hba.conf"));
    assertThat(around.extensions()).extracting(Extension::name).contains("amcheck", "plpgsql");
    assertThat(around.collations()).extracting(Collation::provider).contains("builtin");
  }

  // Red when: OutsideConfiguration takes the files alone that the server names: a session's own
  // settings have none.
  @Test
  void t43_files_whose_settings_every_session_has_of_its_own_are_kept() throws Exception {
    var extra = Files.createDirectories(home.resolve("conf.d"));
    Files.writeString(extra.resolve("10-locale.conf"), "timezone = 'Asia/Tokyo'\n");
    Files.writeString(extra.resolve("20-o'brien.conf"), "include 'deep/30.conf'\n");
    Files.createDirectories(extra.resolve("deep"));
    Files.writeString(extra.resolve("deep/30.conf"), "statement_timeout = 31s\n");
    Files.writeString(
        source.postgres.dataDirectory().resolve("postgresql.conf"),
        "\ninclude_dir '" + extra + "'\n",
        StandardOpenOption.APPEND);
    source.postgres.restart();
    var outcome = source.backUp();
    assertThat(source.facts(outcome).surroundings().configuration())
        .extracting(OutsideFile::original)
        .contains(
            extra.resolve("10-locale.conf").toString(),
            extra.resolve("20-o'brien.conf").toString(),
            extra.resolve("deep/30.conf").toString());
  }
}
