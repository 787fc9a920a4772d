package io.aegis.postgres.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The spool is the database account's, and the feeder may be root's: links that it plants. */
class SpoolTest {
  private static final int SEGMENT = 1024 * 1024;
  private static final WalFileName FIRST = new WalFileName("000000010000000000000001");

  private static final Duration PAUSE = Duration.ofMillis(5);

  @TempDir
  Path home;

  private final TimeSource time = TimeSource.system();

  private Path data = Path.of("/");
  private Path elsewhere = Path.of("/");

  @BeforeEach
  void install() throws Exception {
    data = Files.createDirectory(home.resolve("data"));
    elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    new Spool(data).install(Duration.ofSeconds(1));
  }

  private static WalSource.Answer found(WalFileName name, OutputStream into) throws IOException {
    into.write(new byte[SEGMENT]);
    return WalSource.Answer.FOUND;
  }

  private WalFeeder feed() throws InterruptedException {
    return WalFeeder.start(new Spool(data), SpoolTest::found, FIRST, SEGMENT, time);
  }

  /** What stood there lies elsewhere from now on, with a file in each of its directories. */
  private void replaceByLink(Path planted) throws Exception {
    Files.delete(elsewhere);
    Files.move(planted, elsewhere);
    try (var tree = Files.walk(elsewhere)) {
      for (var directory : tree.filter(Files::isDirectory).toList()) {
        Files.writeString(directory.resolve("kept"), "kept");
      }
    }
    Files.createSymbolicLink(planted, elsewhere);
  }

  // Red when: SpoolDirectories or Spool.open reaches a directory by its path.
  @ParameterizedTest
  @ValueSource(strings = {"", "spool", "spool/want", "spool/ready", "spool/absent"})
  void nothing_is_removed_where_a_link_in_place_of_a_directory_leads(String which)
      throws Exception {
    replaceByLink(data.resolve("aegis").resolve(which));
    assertThatThrownBy(() -> feed().close())
        .isInstanceOfSatisfying(
            Unavailable.class,
            failure -> assertThat(failure.code()).isEqualTo(PostgresCode.WAL_NOT_AT_HAND));
    try (var tree = Files.walk(elsewhere)) {
      for (var directory : tree.filter(Files::isDirectory).toList()) {
        assertThat(directory.resolve("kept")).hasContent("kept");
      }
    }
  }

  // Red when: WalFeeder opens the directories anew each time, by their paths.
  @Test
  @Timeout(60)
  void nothing_is_written_or_removed_where_a_link_that_is_planted_later_leads() throws Exception {
    try (var _ = feed()) {
      while (Files.notExists(data.resolve("aegis/spool/ready/" + FIRST))) {
        time.sleep(PAUSE);
      }
      replaceByLink(data.resolve("aegis/spool"));
      Files.move(elsewhere.resolve("want"), home.resolve("want"));
      Files.createDirectory(elsewhere.resolve("want"));
      Files.writeString(elsewhere.resolve("want/" + FIRST), "");
      Files.writeString(home.resolve("want/00000002.history"), "");
      while (Files.exists(home.resolve("want/00000002.history"))) {
        time.sleep(PAUSE);
      }
    }
    assertThat(elsewhere.resolve("want/" + FIRST)).exists();
  }

  private List<Path> nurseries() throws IOException {
    try (var entries = Files.list(data.resolve("aegis/spool"))) {
      return entries
          .filter(entry -> String.valueOf(entry.getFileName()).startsWith("coming"))
          .toList();
    }
  }

  // Red when: SpoolDirectories.removeEarlier goes through links.
  @Test
  void a_link_in_place_of_a_nursery_is_taken_away_and_what_it_leads_to_stays() throws Exception {
    Files.createDirectory(data.resolve("aegis/spool/coming"));
    replaceByLink(data.resolve("aegis/spool/coming"));
    feed().close();
    assertThat(elsewhere.resolve("kept")).hasContent("kept");
    assertThat(nurseries()).isEmpty();
  }

  // Red when: SpoolDirectories.removeEarlier leaves what is there: of root's, nothing may stay.
  @Test
  void what_killed_feeders_were_making_is_removed_by_the_next_one() throws Exception {
    for (String left : List.of("coming", "coming-0", "coming-1700000000-000000001")) {
      var nursery = Files.createDirectory(data.resolve("aegis/spool").resolve(left));
      Files.writeString(nursery.resolve(FIRST.value()), "half of it");
    }
    try (var _ = feed()) {
      assertThat(nurseries()).hasSize(1);
    }
    assertThat(nurseries()).isEmpty();
  }

  // Red when: SpoolDirectories.close removes nurseries by a name that all feeders share.
  @Test
  @Timeout(60)
  void a_feeder_that_was_replaced_takes_nothing_away_from_the_one_that_feeds_now()
      throws Exception {
    var replaced = feed();
    var ready = data.resolve("aegis/spool/ready/");
    var next = new WalFileName("000000010000000000000009");
    try (var _ = feed()) {
      replaced.close();
      assertThat(nurseries()).hasSize(1);
      Files.writeString(data.resolve("aegis/spool/want").resolve(next.value()), "");
      while (Files.notExists(ready.resolve(next.value()))) {
        time.sleep(PAUSE);
      }
    }
    assertThat(nurseries()).isEmpty();
  }

  // Red when: SpoolDirectories makes files in a directory of the server's account, which could put
  // another one of root's in their place before they are given to it.
  @Test
  @Timeout(60)
  void what_is_not_whole_yet_lies_where_only_its_maker_can_put_anything() throws Exception {
    giveToNobody();
    var seen = new CompletableFuture<PosixFileAttributes>();
    WalSource source = (name, into) -> {
      seen.complete(Files.readAttributes(nurseries().getFirst(), PosixFileAttributes.class));
      return found(name, into);
    };
    var ready = data.resolve("aegis/spool/ready/" + FIRST);
    try (var _ = WalFeeder.start(new Spool(data), source, FIRST, SEGMENT, time)) {
      while (Files.notExists(ready)) {
        time.sleep(PAUSE);
      }
    }
    assertThat(seen.join().owner()).isEqualTo(Files.getOwner(Path.of("/proc/self/status")));
    assertThat(PosixFilePermissions.toString(seen.join().permissions())).isEqualTo("rwx------");
    assertThat(Files.getOwner(ready)).isEqualTo(Files.getOwner(data));
    assertThat(nurseries()).isEmpty();
  }

  private void giveToNobody() throws IOException {
    if (Account.own().isRoot()) {
      try (var tree = Files.walk(data)) {
        for (var file : tree.toList()) {
          new Account("nobody", 65_534, 65_534).take(file);
        }
      }
    }
  }

  // Red when: Spool.write opens the script that is there.
  @Test
  void the_script_takes_the_place_of_a_link_and_does_not_go_through_it() throws Exception {
    var victim = Files.writeString(home.resolve("victim"), "kept");
    var script = data.resolve("aegis/restore_wal.sh");
    Files.delete(script);
    Files.createSymbolicLink(script, victim);
    new Spool(data).install(Duration.ofSeconds(1));
    assertThat(victim).hasContent("kept");
    assertThat(script).isRegularFile().content().contains("restore_command");
    replaceByLink(data.resolve("aegis"));
    assertThatThrownBy(() -> new Spool(data).install(Duration.ofSeconds(2)))
        .isInstanceOf(UncheckedIOException.class);
  }
}
