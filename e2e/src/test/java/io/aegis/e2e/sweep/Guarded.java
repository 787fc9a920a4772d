package io.aegis.e2e.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.stage.Installed;
import io.aegis.e2e.stage.Installed.Running;
import io.aegis.e2e.stage.Protected;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A running shop and one of several repositories that protect it.
 *
 * @param shelf where things lie that belong to this repository alone
 */
public record Guarded(Protected shop, Path shelf) {
  private static final int SMALL_COMMITS = 40; // more than the parts that are merged into one
  private static final Duration BETWEEN = Duration.ofMillis(60);

  /** The program, with this repository in place of the one that {@code aegis.yaml} names. */
  public Installed program() {
    return shop.installed()
        .with("AEGIS_REPOSITORY_LOCATION", repository().toString())
        .with("AEGIS_REPOSITORY_KEY", "file:" + shelf.resolve("aegis.key"))
        .with("AEGIS_DATABASE_DURABLE_EVERY", "50ms");
  }

  public Path repository() {
    return shelf.resolve("repository");
  }

  /** The same, in another place. */
  public Guarded copyTo(Path other) {
    Tree.copy(shelf, other);
    return new Guarded(shop, other);
  }

  public String facts() {
    return shop.server().psql(LostShop.FACTS);
  }

  public void work() {
    shop.server().psql(LostShop.WORK);
  }

  public void assertWhole() {
    program().run("repo", "check", "--read-data", "--json").expect(0);
  }

  /** Many small commits, then segments at once, until the stream is dead or has seen it all. */
  public void workBeside(Running stream, int rounds) {
    for (int round = 0; round < rounds && stream.isAlive(); round++) {
      for (int commit = 0; commit < SMALL_COMMITS && stream.isAlive(); commit++) {
        commitOne();
      }
      for (int segment = 0; segment < 4 && stream.isAlive(); segment++) {
        work();
      }
    }
  }

  private void commitOne() {
    try (var connection = shop.server().connect();
        var statement = connection.createStatement()) {
      statement.execute("insert into orders (note) values ('one more')");
      Thread.sleep(BETWEEN);
    } catch (SQLException e) {
      throw new IllegalStateException("the shop does not take orders", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while working", e);
    }
  }

  /** Streams until all is durable, and stops in good order. */
  public void catchUp() {
    try (var stream = shop.stream(program())) {
      shop.server().psql("insert into orders (note) values ('after')");
      shop.awaitDurable();
      stream.stop().expect(0);
    }
  }

  /** What a repository must bring back, once the shop is lost. */
  public record Promise(Guarded by, String target, String knew) {
    public void assertKept(Path into) {
      var program = by.program();
      var ended =
          program.run("recover", "--to", target, "--into", into.toString(), "--yes", "--json");
      assertThat(ended.exit()).as(ended::toString).isZero();
      try {
        assertThat(new Question(by.shop.server().major(), into).psql(LostShop.FACTS))
            .as("%s to %s", by.shelf, target)
            .isEqualTo(knew);
      } finally {
        new Residents(into).end();
        Tree.remove(into);
      }
    }
  }
}
