package io.aegis.postgres.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.layout.Tablespace.Place;
import io.aegis.repository.FileSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryScanTest {
  private static final String VERSION = "PG_17_202406281";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path temporary;

  @SuppressWarnings("NullAway.Init")
  private Path root;

  @BeforeEach
  void a_small_data_directory() throws IOException {
    root = Files.createDirectories(temporary.resolve("data"));
    put("PG_VERSION", "base/5/1259", "global/1262", "global/pg_control");
    Files.createDirectories(root.resolve("pg_tblspc"));
  }

  // Red when: Exclusions.EMPTIED lacks pg_wal.
  @Test
  void t07_directories_of_the_running_server_are_kept_empty() throws IOException {
    put("pg_wal/000000010000000000000001", "pg_wal/archive_status/x.done", "pg_replslot/a/state");
    assertThat(paths()).contains("pg_wal", "pg_wal/archive_status", "pg_replslot");
    assertThat(paths()).noneMatch(path -> path.matches("pg_wal/0.*|.*done|pg_replslot/.*"));
  }

  // Red when: DirectoryScan.directory does not ask for reserved names.
  @Test
  void what_a_restore_by_aegis_left_is_left_out_at_its_place_only() throws IOException {
    put("aegis/restore.json", "aegis/server.log", "aegis/spool/ready/00", "mine/aegis/plan");
    assertThat(paths())
        .contains("mine/aegis/plan")
        .noneMatch(path -> path.equals("aegis") || path.startsWith("aegis/"));
    assertThat(list().notices()).isEmpty();
  }

  // Red when: DirectoryScan.namesIn adds the name as it is: the file is then taken for dropped.
  @Test
  void a_file_whose_name_is_no_text_is_refused_by_its_name_and_not_left_out() throws IOException {
    put("conf.d/one.conf");
    Program.of("bash", "-c", "touch \"$0\"/conf.d/$'k\\xf6.conf'", root.toString())
        .run()
        .orFail();

    assertThatThrownBy(this::list).isInstanceOfSatisfying(Failure.Refused.class, refusal -> {
      assertThat(refusal.code()).isEqualTo(PostgresCode.NAME_UNREADABLE);
      assertThat(refusal.report().what()).endsWith("/conf.d/k%F6.conf");
      assertThat(refusal.report().next().getFirst()).startsWith("rename it");
    });
  }

  // Red when: DirectoryScan.leaveOut is silent.
  @Test
  void a_directory_that_only_bears_a_reserved_name_is_left_out_and_said() throws IOException {
    put("aegis/somebody's", ".aegis/else's");
    assertThat(paths()).noneMatch(path -> path.contains("aegis"));
    assertThat(list().notices()).hasSize(2).allMatch(line -> line.contains("left out"));
  }

  // Red when: Exclusions.drops looks at the name of a file wherever it lies.
  @Test
  void t07_what_is_left_out_is_left_out_at_its_place_only() throws IOException {
    put("postmaster.pid", "backup_label", "postgresql.auto.conf.tmp", "standby.signal");
    put("mine/postmaster.pid", "mine/pg_wal/notes", "mine/backup_label", "mine/pgsql_tmp1");
    assertThat(paths())
        .contains(
            "mine/postmaster.pid", "mine/pg_wal/notes", "mine/backup_label", "mine/pgsql_tmp1")
        .doesNotContain("postmaster.pid", "backup_label", "postgresql.auto.conf.tmp")
        .doesNotContain("standby.signal");
  }

  // Red when: Exclusions.RELATION_CACHE matches the name without the process number only.
  @Test
  void t07_the_relation_cache_that_is_just_being_written_is_left_out() throws IOException {
    put("base/5/pg_internal.init", "base/5/pg_internal.init.4711", "global/pg_internal.init.1");
    put("base/pgsql_tmp/pgsql_tmp12.0");
    assertThat(paths()).noneMatch(path -> path.contains("pg_internal"));
    assertThat(paths()).noneMatch(path -> path.contains("pgsql_tmp"));
  }

  // Red when: Exclusions.drops does not ask whether a directory is that of a database.
  @Test
  void t08_temporary_relations_are_left_out_in_directories_of_databases_only() throws IOException {
    put("base/5/t3_16390", "base/5/t3_16390_fsm", "base/5/t12_16391.1");
    put("mine/t3_16390", "global/t3_16390");
    assertThat(paths())
        .contains("mine/t3_16390", "global/t3_16390")
        .noneMatch(path -> path.startsWith("base/5/t"));
  }

  // Red when: UnloggedRelations.drops ignores forks, or segments.
  @Test
  void t09_of_an_unlogged_relation_only_the_init_fork_is_kept() throws IOException {
    put("base/5/200", "base/5/200.1", "base/5/200_fsm", "base/5/200_vm", "base/5/200_init");
    put("base/5/2000", "base/6/200");
    assertThat(paths())
        .contains("base/5/200_init", "base/5/2000", "base/6/200")
        .doesNotContain("base/5/200", "base/5/200.1", "base/5/200_fsm", "base/5/200_vm");
  }

  // Red when: RelationFile.of takes every file for the first segment.
  @Test
  void t10_names_tell_relation_fork_and_segment() {
    assertThat(RelationFile.parse("base/5/16384_vm.2"))
        .contains(new RelationFile(1663, 5, 16384, RelationFile.Fork.VM, 2));
    assertThat(RelationFile.parse("global/1262"))
        .contains(new RelationFile(1664, 0, 1262, RelationFile.Fork.MAIN, 0));
    assertThat(RelationFile.parse("pg_tblspc/16500/" + VERSION + "/5/16384_init"))
        .contains(new RelationFile(16500, 5, 16384, RelationFile.Fork.INIT, 0));
    assertThat(List.of("base/5/pg_filenode.map", "pg_xact/0000", "base/5/16384_x", "16384"))
        .allMatch(path -> RelationFile.parse(path).isEmpty());
  }

  // Red when: DirectoryScan.tablespaces does not resolve the version's directory.
  @Test
  void t11_tablespaces_are_listed_through_their_links_and_in_place() throws IOException {
    put("../space/" + VERSION + "/5/16384", "../space/PG_16_202307071/5/1", "../space/notes");
    Files.createSymbolicLink(root.resolve("pg_tblspc/16500"), temporary.resolve("space"));
    put("pg_tblspc/16501/" + VERSION + "/5/16385");
    var listing = list();
    assertThat(listing.tablespaces())
        .containsExactly(
            new Tablespace(16500, new Place.Linked(temporary.resolve("space").toString())),
            new Tablespace(16501, new Place.InPlace()));
    assertThat(paths())
        .contains("pg_tblspc/16500/" + VERSION + "/5/16384")
        .contains("pg_tblspc/16501/" + VERSION + "/5/16385")
        .noneMatch(path -> path.contains("notes") || path.contains("PG_16"));
  }

  // Red when: TablespaceScan.place asks for a directory without following links.
  @Test
  void t11_a_tablespace_whose_location_is_a_link_is_listed_like_any_other() throws IOException {
    put("../space/" + VERSION + "/5/16384");
    var hop = Files.createSymbolicLink(temporary.resolve("hop"), temporary.resolve("space"));
    Files.createSymbolicLink(root.resolve("pg_tblspc/16500"), hop);
    assertThat(list().tablespaces())
        .containsExactly(new Tablespace(16500, new Place.Linked(hop.toString())));
    assertThat(paths()).contains("pg_tblspc/16500/" + VERSION + "/5/16384");
  }

  // Red when: TablespaceScan.place asks nothing of what an entry leads to, or is.
  @Test
  void t11_a_link_to_nowhere_or_to_a_file_and_a_plain_file_are_refused_as_tablespaces()
      throws IOException {
    put("../notes");
    var entry = root.resolve("pg_tblspc/16500");
    for (String target : List.of("nowhere", "notes")) {
      Files.createSymbolicLink(entry, temporary.resolve(target));
      assertThatThrownBy(this::list)
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("where no directory is");
      Files.delete(entry);
    }
    put("pg_tblspc/16502");
    assertThatThrownBy(this::list).isInstanceOf(Failure.Refused.class);
  }

  // Red when: DirectoryScan.entry does not ask isHomeOfOne.
  @Test
  void t11_a_tablespace_inside_the_data_directory_is_listed_once() throws IOException {
    put("inside/" + VERSION + "/5/16384");
    Files.createSymbolicLink(root.resolve("pg_tblspc/16500"), root.resolve("inside"));
    assertThat(paths())
        .contains("pg_tblspc/16500/" + VERSION + "/5/16384")
        .noneMatch(path -> path.startsWith("inside"));
  }

  // Red when: DirectoryScan.add records the mode of another account's file as it is.
  @Test
  void t43_a_file_of_another_account_is_recorded_as_private_to_the_owner_it_comes_back_to()
      throws IOException {
    var foreign = Path.of("/etc/passwd");
    if (Account.own().isRoot()) {
      put("../server.key");
      foreign = temporary.resolve("server.key");
      Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rw-r-----"));
      Files.setAttribute(foreign, "unix:uid", 65_534);
    }
    Files.createSymbolicLink(root.resolve("server.key"), foreign);
    put("own");
    Files.setPosixFilePermissions(
        root.resolve("own"), PosixFilePermissions.fromString("rw-r-----"));
    assertThat(list().entries())
        .filteredOn(entry -> entry.path().matches("server.key|own"))
        .extracting(FileSpec::mode)
        .containsExactly(0640, 0600);
  }

  // Red when: DirectoryScan.link skips links as the server's own base backup does.
  @Test
  void t13_links_are_looked_through_and_special_files_left_out_and_both_are_said()
      throws IOException {
    put("../etc/postgresql.conf", "../wal/000000010000000000000001", "../log/today");
    Files.createSymbolicLink(
        root.resolve("postgresql.conf"), temporary.resolve("etc/postgresql.conf"));
    Files.createSymbolicLink(root.resolve("pg_wal"), temporary.resolve("wal"));
    Files.createSymbolicLink(root.resolve("log"), temporary.resolve("log"));
    Files.createSymbolicLink(root.resolve("gone"), temporary.resolve("nowhere"));
    Files.createSymbolicLink(root.resolve("mine"), temporary);
    Program.of("mkfifo", root.resolve("pipe").toString()).run().orFail();
    var listing = list();
    assertThat(listing.entries())
        .filteredOn(e -> e.path().equals("postgresql.conf"))
        .singleElement()
        .matches(e -> e.kind() instanceof FileSpec.Kind.File);
    assertThat(paths()).contains("log/today", "pg_wal").noneMatch(p -> p.startsWith("pg_wal/"));
    assertThat(paths()).doesNotContain("gone", "mine", "pipe");
    assertThat(listing.notices()).hasSize(6);
  }

  @Test
  void a_listing_is_sorted_and_carries_sizes_and_modes() throws IOException {
    Files.setPosixFilePermissions(
        root.resolve("PG_VERSION"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
    assertThat(paths()).isSorted();
    assertThat(list().entries())
        .filteredOn(e -> e.path().equals("PG_VERSION"))
        .singleElement()
        .matches(e -> e.size() == 10 && e.mode() == 0640);
  }

  private void put(String... paths) throws IOException {
    for (var path : paths) {
      var file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "0123456789");
    }
  }

  private Listing list() {
    return DirectoryScan.list(root, VERSION);
  }

  private List<String> paths() {
    return list().entries().stream().map(FileSpec::path).toList();
  }
}
