package io.aegis.cli.demo;

import io.aegis.cli.demo.Verdict.Latest;
import io.aegis.cli.demo.Verdict.PointInTime;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.RunningServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Two acts. In both, what is recovered is compared with the ledger alone; the moment before the
 * mistake is taken from the archived log, never from what this process remembers.
 */
final class Demo {
  private final Stage stage;
  private final Keyboard keyboard;
  private final Ledger ledger;
  private final TimeSource time;
  private final Consumer<String> say;
  private final AtomicLong nextOrder = new AtomicLong(1);

  Demo(Stage stage, Keyboard keyboard, Ledger ledger, TimeSource time, Consumer<String> say) {
    this.stage = stage;
    this.keyboard = keyboard;
    this.ledger = ledger;
    this.time = time;
    this.say = say;
  }

  Verdict play() throws InterruptedException, SQLException {
    say.accept("A shop takes orders, all the time. Its database is protected.");
    var shop = stage.openShop();
    stage.configure(shop.data(), shop.port(), Stage.ACTS.getFirst());
    keyboard.type("init");
    Latest first;
    try (var _ = Protection.start(keyboard, stage.url(shop.port()), time)) {
      first = actOne(shop);
    }
    say.accept("\nThe shop goes on, on the recovered database, which is protected anew.");
    stage.configure(first.recovered().data(), first.recovered().port(), Stage.ACTS.getLast());
    var url = stage.url(first.recovered().port());
    PointInTime second;
    try (var _ = Protection.start(keyboard, url, time)) {
      second = actTwo(first.recovered());
    }
    return new Verdict(first, second, stage.directory());
  }

  private Latest actOne(ShopServer shop) throws InterruptedException, SQLException {
    Instant crash;
    try (var load = Load.start(stage.url(shop.port()), ledger, time, nextOrder)) {
      keyboard.type("backup");
      time.sleep(Duration.ofSeconds(6));
      say.accept("\nAct one. kill -9, and the data directory is gone.");
      crash = time.now(); // to end the server takes a while, in which nothing is committed
      RunningServer.on(shop.data()).orElseThrow().crash();
      ShopServer.wipe(shop.data());
      load.stopOrdering();
    }
    long acknowledged = ledger.lines().size();
    var recovered = recover("latest");
    try (var connection = connect(recovered)) {
      var present = Shop.orders(connection);
      long lost = ledger.lines().stream().filter(l -> !present.contains(l.id())).count();
      var lastCommit = Shop.lastOrder(connection);
      var point = recoveryPoint(lastCommit, crash, ledger.lines());
      return new Latest(recovered, acknowledged, acknowledged - lost, lost, point);
    }
  }

  /** An order that was acknowledged shows that the crash was not before it. */
  static Duration recoveryPoint(Instant lastCommit, Instant crash, List<Ledger.Line> ledger) {
    Instant end = ledger.stream()
        .map(Ledger.Line::acknowledged)
        .filter(crash::isBefore)
        .max(Comparator.naturalOrder())
        .orElse(crash);
    return lastCommit.isAfter(end) ? Duration.ZERO : Duration.between(lastCommit, end);
  }

  private PointInTime actTwo(Recovered primary) throws InterruptedException, SQLException {
    Set<Long> expected;
    try (var load = Load.start(stage.url(primary.port()), ledger, time, nextOrder)) {
      keyboard.type("backup");
      time.sleep(Duration.ofSeconds(3));
      say.accept("\nAct two. Somebody cleans up, with the wrong condition; work goes on.");
      expected = load.between(() -> {
        try (var connection = connect(primary)) {
          connection.setAutoCommit(false);
          var before = Shop.orders(connection);
          say.accept(Shop.deleteTooMuch(connection) + " orders are deleted, each with its line.");
          return before;
        }
      });
      time.sleep(Duration.ofSeconds(4));
      load.stopOrdering();
    }
    time.sleep(Duration.ofSeconds(2));
    var recovered = recover(momentBeforeTheMistake());
    try (var connection = connect(recovered)) {
      var present = Shop.orders(connection);
      var after = new HashSet<>(present);
      after.removeAll(expected);
      present.retainAll(expected);
      return new PointInTime(recovered, expected.size(), present.size(), after.size());
    }
  }

  private String momentBeforeTheMistake() throws InterruptedException {
    var found = keyboard.type("wal", "around", "now", "--rows", "1000").document();
    var transactions =
        found.array("transactions").stream().map(Json.Obj.class::cast).toList();
    var mistake = transactions.stream()
        .max(Comparator.comparingLong(transaction -> transaction.number("deleted")))
        .orElseThrow(() -> new IllegalStateException("the log shows no large transaction"));
    say.accept("The log knows: transaction " + mistake.number("xid") + " deleted "
        + mistake.number("deleted") + " rows (orders and their lines) at " + mistake.text("time")
        + "; just before it is " + mistake.text("before") + ".");
    return mistake.text("before");
  }

  private Recovered recover(String target) throws InterruptedException {
    keyboard.type("plan", "--to", target);
    var recovered =
        Recovered.of(keyboard.type("recover", "--to", target, "--yes").document());
    say.accept("Recovered in " + HumanTime.of(recovered.rtoActual()) + ": " + recovered.state());
    return recovered;
  }

  private Connection connect(Recovered database) throws SQLException {
    return DriverManager.getConnection(stage.url(database.port()));
  }
}
