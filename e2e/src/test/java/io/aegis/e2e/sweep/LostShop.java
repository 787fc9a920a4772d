package io.aegis.e2e.sweep;

import io.aegis.e2e.stage.Installed;
import io.aegis.e2e.stage.Protected;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A shop that was protected and is lost: two snapshots, log of several segments, compacted and in
 * parts, and what it knew when it died. Made once and copied for each case.
 *
 * @param origin the machine it was lost on: its data are gone, its folders are there
 * @param knew the {@link #FACTS} that it must come back with
 */
public record LostShop(Protected origin, String knew) implements AutoCloseable {

  /** On a busy machine a recovery takes minutes; only one that hangs shall fail. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Rows and a digest of every table, in one line. */
  public static final String FACTS = """
      select string_agg(line, ' ' order by line) from (
        select 'items ' || count(*) || ' ' || coalesce(sum(hashtext(i::text)::bigint), 0)
          from items i
        union all
        select 'orders ' || count(*) || ' ' || coalesce(sum(hashtext(o::text)::bigint), 0)
          from orders o
      ) as each(line)""";

  public static final String SCHEMA = "create table items (id int primary key, name text);"
      + "create table orders (id serial primary key, note text);"
      + "insert into items select g, md5(g::text) from generate_series(1, 5000) g";

  /** Half a mebibyte of log. */
  static final String WORK =
      "insert into orders (note) select repeat(md5(g::text), 8) from generate_series(1, 1200) g;"
          + "update items set name = md5(name) where id % 50 = 0";

  /** Makes one below {@code home}; no process of it is left on return. */
  public static LostShop make(Path home, int major) {
    Tree.make(home);
    // Without autovacuum, which writes log when it likes.
    var setup = TestPostgres.of(major).walSegmentMib(1).durable().setting("autovacuum", "off");
    var shop = Protected.begin(home, setup);
    var program = shop.installed().with("AEGIS_DATABASE_DURABLE_EVERY", "100ms");
    shop.server().psql(SCHEMA);
    try (var stream = shop.stream(program)) {
      shop.aegis("backup").expect(0);
      work(shop);
      shop.aegis("backup").expect(0);
      work(shop);
      shop.server().psql(FACTS); // the first reader writes log: hints on pages with checksums
      shop.server().psql("insert into orders (note) values ('the last one')");
      shop.awaitDurable();
      String knew = shop.server().psql(FACTS);
      shop.lose();
      stream.kill();
      return new LostShop(shop, knew);
    }
  }

  private static void work(Protected shop) {
    for (int round = 0; round < 5; round++) {
      shop.server().psql(WORK);
      shop.awaitDurable();
    }
  }

  /** Recovers it, so that its repository holds an execution, and forgets what was recovered. */
  public void recoverOnce() {
    var program = origin.installed();
    program.run("recover", "--to", "latest", "--yes", "--json").expect(0);
    var recovered = program.directory().resolve("recovered");
    new Residents(recovered).end();
    Tree.remove(recovered);
  }

  public Path repository() {
    return origin.repository();
  }

  public int major() {
    return origin.server().major();
  }

  /** The same shop at another place; {@link Case#close} leaves nothing of it. */
  public Case copyTo(Path place) {
    Tree.copy(origin.installed().directory(), place);
    var program = Installed.in(place);
    return new Case(this, new Installed(place, program.variables(), PATIENCE));
  }

  /** One copy, to which something is done. */
  public record Case(LostShop shop, Installed program) implements AutoCloseable {
    public Path place() {
      return program.directory();
    }

    public Path repository() {
      return place().resolve("repository");
    }

    /** Asks a server whose data directory is below this place. */
    public String psql(Path dataDirectory, String sql) {
      return new Question(shop.major(), dataDirectory).psql(sql);
    }

    @Override
    public void close() {
      new Residents(place()).end();
      Tree.remove(place());
    }
  }

  @Override
  public void close() {
    origin.close();
  }
}
