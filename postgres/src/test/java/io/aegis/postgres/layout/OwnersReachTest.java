package io.aegis.postgres.layout;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.account.Account;
import io.aegis.repository.FileSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The data directory of {@code nobody}, looked at by root. Run by anybody else, it is their own:
 * then all that they can read is in reach, and the kernel keeps the rest from them.
 */
final class OwnersReachTest {
  private static final String VERSION = "PG_17_202406281";
  private static final boolean ROOT = Account.own().isRoot();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path temporary;

  @SuppressWarnings("NullAway.Init")
  private Path root;

  @SuppressWarnings("NullAway.Init")
  private Path secrets;

  @BeforeEach
  void a_data_directory_of_nobody_and_secrets_of_root() throws IOException {
    temporary = temporary.toRealPath();
    root = Files.createDirectories(temporary.resolve("home/data"));
    put(root, "PG_VERSION", "base/5/1259", "global/pg_control", "notes/today");
    Files.createDirectories(root.resolve("pg_tblspc"));
    secrets = Files.createDirectory(temporary.resolve("secrets"));
    put(secrets, "key", VERSION + "/5/1");
    allow(temporary, "rwxr-xr-x");
    allow(secrets, "rwx------");
    own(temporary.resolve("home"));
  }

  // Red when: OwnersReach.leadsTo is always true: the secrets are in the repository then, and a
  // recovery gives them to nobody.
  @Test
  void t13_what_the_directorys_owner_cannot_read_is_left_out_whatever_link_leads_to_it()
      throws IOException {
    link("all", secrets);
    link("one", secrets.resolve("key"));
    var listing = list();
    if (ROOT) {
      assertThat(paths(listing)).doesNotContain("all", "all/key", "one");
      assertThat(listing.notices())
          .hasSize(2)
          .allMatch(line -> line.contains("cannot be read by") && line.endsWith("was left out"));
    } else {
      assertThat(paths(listing)).contains("all/key", "one");
    }
  }

  // Red when: DirectoryScan.entry does not ask whether a file is in reach.
  @Test
  void behind_a_link_that_may_be_followed_each_file_is_asked_for() throws IOException {
    var etc = Files.createDirectory(temporary.resolve("etc"));
    put(etc, "hosts", "shadow", "private/key");
    allow(etc.resolve("shadow"), "rw-------");
    allow(etc.resolve("private"), "rwx------");
    link("etc", etc);
    var listing = list();
    assertThat(paths(listing)).contains("etc/hosts");
    if (ROOT) {
      assertThat(paths(listing)).doesNotContain("etc/shadow", "etc/private", "etc/private/key");
    }
  }

  // Red when: OwnersReach.tries leaves out the account's rights and goes by the owner alone.
  @Test
  void configuration_a_log_and_tablespaces_elsewhere_are_captured_as_before() throws IOException {
    var etc = Files.createDirectory(temporary.resolve("etc"));
    put(etc, "postgresql.conf", "pg_hba.conf");
    allow(etc.resolve("pg_hba.conf"), "rw-------");
    own(etc.resolve("pg_hba.conf"));
    put(temporary, "wal/0001", "space/" + VERSION + "/5/16384");
    own(temporary.resolve("wal"));
    own(temporary.resolve("space"));
    link("postgresql.conf", etc.resolve("postgresql.conf"));
    link("pg_hba.conf", etc.resolve("pg_hba.conf"));
    link("pg_wal", temporary.resolve("wal"));
    link("pg_tblspc/16500", temporary.resolve("space"));
    var listing = list();
    assertThat(paths(listing))
        .contains("postgresql.conf", "pg_hba.conf", "pg_wal")
        .contains("pg_tblspc/16500/" + VERSION + "/5/16384");
    for (var file : listing.entries()) {
      if (file.kind() instanceof FileSpec.Kind.File) {
        listing.places().open(file.path()).close();
      }
    }
  }

  // Red when: Exclusions.spares is always true: a backup without its log's directory is taken.
  @Test
  void a_part_of_the_database_that_its_owner_cannot_read_is_refused() throws IOException {
    if (ROOT) {
      for (var path : List.of("pg_tblspc/16500", "pg_wal", "base/6")) {
        link(path, secrets);
        assertThatThrownBy(this::list).isInstanceOfSatisfying(Failure.Refused.class, refusal -> {
          assertThat(refusal.code()).isEqualTo(PostgresCode.LAYOUT_UNSUPPORTED);
          assertThat(refusal.report().what()).endsWith(path);
          assertThat(refusal.report().why()).contains(secrets + ", but cannot be read by");
          // Red when: what makes up the database is to be removed.
          assertThat(refusal.report().next().toString())
              .contains("read it")
              .doesNotContain("remove");
        });
        Files.delete(root.resolve(path));
      }
    }
    assertThat(list().entries()).isNotEmpty();
  }

  // Red when: what cannot be started as that account counts as its "no", as in a container whose
  // root may not change its ids, or with a setpriv that knows no --reuid: pg_wal is refused then.
  @Test
  void where_nobody_can_be_asked_it_goes_by_owner_and_bits() throws IOException {
    int strange = 54_321; // it has a name that no list of accounts knows: --init-groups fails
    var wal = Files.createDirectory(temporary.resolve("wal"));
    put(wal, "0001");
    if (ROOT) {
      Program.of("chown", "-R", strange + ":" + strange, wal.toString()).run().orFail();
    }
    allow(wal, "rwx------");
    var reach = new OwnersReach(new Account("ghost", strange, strange));
    assertThat(reach.leadsTo(wal)).isEqualTo(ROOT);
    assertThat(reach.includes(wal.resolve("0001"))).isTrue();
    assertThat(reach.leadsTo(secrets.resolve("key"))).isFalse();
    assertThat(reach.notice().isPresent()).isEqualTo(ROOT);
    assertThat(list().notices()).isEmpty();
  }

  // Red when: Places.open follows links: FileChannel.open(root.resolve(path)).
  @Test
  void a_file_that_has_become_a_link_is_not_opened() throws IOException {
    var listing = list();
    Files.delete(root.resolve("notes/today"));
    link("notes/today", secrets.resolve("key"));
    assertThatThrownBy(() -> listing.places().open("notes/today"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("symbolic links");
  }

  // Red when: OwnersReach.open does not ask whose file it has opened.
  @Test
  void a_file_whose_place_another_has_taken_is_opened_only_if_that_is_in_reach_too()
      throws IOException {
    put(root, "notes/other");
    own(root);
    var listing = list();
    Files.move(root.resolve("notes/other"), root.resolve("notes/today"), REPLACE_EXISTING);
    listing.places().open("notes/today").close();
    allow(secrets.resolve("key"), "rw-------");
    Files.move(secrets.resolve("key"), root.resolve("notes/today"), REPLACE_EXISTING);
    if (ROOT) {
      assertThatThrownBy(() -> listing.places().open("notes/today"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("notes/today: what is in its place now cannot be read by nobody");
    } else {
      listing.places().open("notes/today").close();
    }
  }

  // Red when: OwnersReach.admits goes by owner, group and bits alone, or believes the listing.
  @Test
  void what_only_another_group_of_the_account_may_read_is_opened_and_nothing_in_its_place()
      throws IOException {
    if (!ROOT) {
      assertThat(OwnersReach.of(root).leadsTo(root)).isTrue();
      return;
    }
    var key = secrets.resolve("key");
    allow(secrets, "rwxr-xr-x");
    allow(key, "rw-r-----");
    Program.of("chgrp", "65534", key.toString()).run().orFail();
    var reach = new OwnersReach(new Account("nobody", 65_534, 54_321)); // its first group
    assertThat(reach.includes(key)).isTrue();
    reach.open(key).close();
    Files.delete(key);
    put(secrets, "key");
    allow(key, "rw-------");
    assertThatThrownBy(() -> reach.open(key)).hasMessageContaining("cannot be read by nobody");
  }

  // Red when: OwnersReach.of takes the group of the directory for one that the account is in.
  @Test
  void the_group_that_a_data_directory_was_given_to_reads_no_more_into_a_backup()
      throws IOException {
    allow(secrets, "rwxr-x---");
    allow(secrets.resolve("key"), "rw-r-----");
    link("one", secrets.resolve("key"));
    if (ROOT) {
      Program.of("chgrp", "0", root.toString()).run().orFail();
      assertThat(paths(list())).doesNotContain("one");
    } else {
      assertThat(paths(list())).contains("one");
    }
  }

  // Red when: OwnersReach.open forbids a link at the end of the path only.
  @Test
  void a_directory_that_has_become_a_link_is_not_gone_through() throws IOException {
    put(root, "notes/key");
    var listing = list();
    Files.move(root.resolve("notes"), root.resolve("before"));
    link("notes", secrets);
    if (ROOT) {
      assertThatThrownBy(() -> listing.places().open("notes/key"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("symbolic links");
    } else {
      listing.places().open("notes/key").close();
    }
  }

  @Test
  void a_listed_file_is_read_where_its_link_led_when_it_was_listed() throws IOException {
    put(temporary, "elsewhere/sub/file");
    own(temporary.resolve("elsewhere"));
    link("mine", temporary.resolve("elsewhere"));
    var listing = list();
    try (FileChannel file = listing.places().open("mine/sub/file")) {
      assertThat(file.read(ByteBuffer.allocate(100), 0)).isEqualTo(10);
    }
  }

  private static void put(Path directory, String... paths) throws IOException {
    for (var path : paths) {
      var file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "0123456789");
    }
  }

  private void link(String path, Path target) throws IOException {
    Files.createSymbolicLink(root.resolve(path), target);
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  /** Gives all of it to nobody, links as such. */
  private static void own(Path path) {
    if (ROOT) {
      Program.of("chown", "-Rh", "65534:65534", path.toString()).run().orFail();
    }
  }

  private Listing list() {
    return DirectoryScan.list(root, VERSION);
  }

  private static List<String> paths(Listing listing) {
    return listing.entries().stream().map(FileSpec::path).toList();
  }
}
