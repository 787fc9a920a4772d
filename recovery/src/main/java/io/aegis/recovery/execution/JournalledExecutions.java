package io.aegis.recovery.execution;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Report;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.Evidence;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Person;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.StepCatalog;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.approval.Permission;
import io.aegis.recovery.journal.Declared;
import io.aegis.recovery.journal.History;
import io.aegis.recovery.journal.JournalWriter;
import io.aegis.recovery.journal.Leader;
import io.aegis.recovery.journal.LocalFile;
import io.aegis.recovery.journal.LocalJournal;
import io.aegis.recovery.journal.Names;
import io.aegis.recovery.journal.Processes;
import io.aegis.recovery.journal.SignsOfLife;
import io.aegis.recovery.journal.ThisMachine;
import io.aegis.recovery.state.Picture;
import io.aegis.repository.Finding;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import io.aegis.storage.PutOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Executions as records of a repository; the order of writes is the order of {@code start}. */
public final class JournalledExecutions implements Executions {
  private static final int PARALLEL = 8;

  private final Ports ports;
  private final StepCatalog catalog;
  private final Surroundings surroundings;
  private final Claims claims;
  private final Closing closing;
  private final Map<ExecutionId, Engine> leading = new ConcurrentHashMap<>();

  JournalledExecutions(Ports ports, StepCatalog catalog, Surroundings surroundings) {
    this.ports = ports;
    this.catalog = catalog;
    this.surroundings = surroundings;
    this.claims = new Claims(ports.records());
    this.closing = new Closing(ports.records(), ports.register());
  }

  /** What a simulation replaces: processes, this machine's disk, threads. */
  record Surroundings(
      Processes processes, Function<ExecutionId, LocalJournal> local, Supplier<Lanes> lanes) {}

  public static Executions open(Ports ports, StepCatalog catalog) {
    return new JournalledExecutions(
        ports,
        catalog,
        new Surroundings(
            new ThisMachine(),
            execution -> new LocalFile(ports.localJournal(), execution),
            () -> new ThreadLanes(PARALLEL)));
  }

  // The declaration first, then the claim: whoever finds a claim finds all it takes to go on.
  @Override
  public ExecutionId start(Declaration declaration) {
    catalog.requireAll(declaration.plan());
    var application = declaration.plan().header().application();
    long newest = claims.newest(application);
    requireFree(application);
    var declared = declare(declaration);
    if (!claims.take(application, newest, declared.execution())) {
      requireFree(application);
      throw new Refused(Report.of(
              RecoveryCode.APPLICATION_BUSY,
              "another execution of '" + application + "' was started at the same moment")
          .safe("nothing was started")
          .next("aegis execution list"));
    }
    var history = History.read(ports.records(), declared.execution());
    closing.anchorStart(view(history), history);
    return declared.execution();
  }

  private Declared declare(Declaration declaration) {
    while (true) {
      var id = new ExecutionId(declaration.plan().header().purpose().prefix() + "-"
          + Hex.of(ports.entropy().bytes(4)));
      var declared = new Declared(id, ports.time().now(), declaration);
      if (ports.records().putIfAbsent(Names.declaration(id), declared.bytes())
          == PutOutcome.CREATED) {
        return declared;
      }
    }
  }

  // What has ended by the register has ended, whatever has become of its journal or its claim:
  // damage to an old execution must not stand between anybody and a recovery.
  private void requireFree(ApplicationName application) {
    try {
      var last = claims.last(application);
      if (last.isPresent() && !closing.isAnchoredEnd(last.get())) {
        requireFinal(show(last.get()));
      }
    } catch (Damaged damage) {
      if (!closing.haveAllEnded(application)) {
        throw damage;
      }
    }
  }

  private static void requireFinal(Execution last) {
    if (!last.state().isFinal()) {
      throw Claims.busy(last);
    }
  }

  @Override
  public Execution run(ExecutionId id, Person person, Patience patience, Watcher watcher)
      throws InterruptedException {
    return run(id, person, patience, watcher, List.of());
  }

  private Execution run(
      ExecutionId id, Person person, Patience patience, Watcher watcher, List<Request> first)
      throws InterruptedException {
    var local = surroundings.local().apply(id);
    var history = upToDate(id, local);
    if (view(history).state().isFinal()) {
      return closeAgain(id, history);
    }
    requireClaimed(id, history);
    catalog.requireAll(history.declared().plan());
    String nonce = Hex.of(ports.entropy().bytes(8));
    requireNoLeader(id, history, nonce);
    closing.anchorStart(view(history), history);
    var leader = surroundings.processes().here(person, nonce);
    var signs = new SignsOfLife(ports.records(), ports.time(), id, nonce);
    try (var lanes = surroundings.lanes().get()) {
      signs.giveWhenDue();
      var writer = JournalWriter.takeOver(ports.records(), local, ports.time(), history, leader);
      var engine = engine(id, writer, signs, lanes, new Manner(patience, watcher));
      first.forEach(request -> engine.ask(person, request));
      leading.put(id, engine);
      engine.lead();
      signs.end();
    } finally {
      leading.remove(id);
      surroundings.processes().ended(leader);
    }
    return closed(id);
  }

  private record Manner(Patience patience, Watcher watcher) {}

  private Engine engine(
      ExecutionId id, JournalWriter writer, SignsOfLife signs, Lanes lanes, Manner manner) {
    var picture = Picture.of(History.read(ports.records(), id));
    var setting = new Attempt.Setting(
        id, picture.plan().header().purpose(), ports.time(), ports.milestones(), manner.watcher());
    var ledger = new Ledger(writer, picture, setting);
    var parts = new Engine.Parts(
        ledger,
        new Desk(new Inbox(ports.records(), id), ledger, setting),
        new Crew(ledger, lanes, catalog, setting, PARALLEL),
        new Vigil(ledger, signs, manner.watcher(), ports.escalateAfter()),
        new GivingUp(ledger, catalog, setting),
        lanes);
    return new Engine(parts, manner.patience());
  }

  private History upToDate(ExecutionId id, LocalJournal local) {
    var history = History.read(ports.records(), id);
    return JournalWriter.pushKept(ports.records(), local, history)
        ? History.read(ports.records(), id)
        : history;
  }

  private Execution closed(ExecutionId id) {
    var history = History.read(ports.records(), id);
    var now = view(history);
    if (now.state().isFinal()) {
      closing.close(now, history);
    }
    return now;
  }

  public static List<ExecutionId> unended(
      Records records, Register register, ApplicationName application) {
    var closing = new Closing(records, register);
    return closing.unended(application).stream()
        .filter(execution -> !isSurelyDone(closing, execution))
        .toList();
  }

  /** The entry of its end may be damaged, and its evidence be there. */
  private static boolean isSurelyDone(Closing closing, ExecutionId execution) {
    try {
      return closing.isDone(execution);
    } catch (Damaged e) {
      return false;
    }
  }

  // Killed after its last entry, an execution still lacks what remains of it.
  private Execution closeAgain(ExecutionId id, History history) {
    if (closing.isDone(id)) {
      throw new Refused(Report.of(
              RecoveryCode.EXECUTION_ENDED, id + " has ended: " + view(history).state())
          .next("aegis execution show " + id, "aegis execution show " + id + " --evidence"));
    }
    return closed(id);
  }

  private void requireClaimed(ExecutionId id, History history) {
    var application = history.declared().plan().header().application();
    if (!claims.last(application).filter(id::equals).isPresent()) {
      throw new Refused(Report.of(
              RecoveryCode.NO_SUCH_EXECUTION,
              id + " was never started: another execution of '" + application
                  + "' was claimed first")
          .next("aegis execution list"));
    }
  }

  private void requireNoLeader(ExecutionId id, History history, String nonce) {
    var leader = history.leader();
    if (leader.isPresent() && isAlive(id, leader.get(), nonce)) {
      throw new Refused(Report.of(
              RecoveryCode.EXECUTION_LED_ELSEWHERE,
              id + " is led by " + leader.get().words())
          .safe("it goes on undisturbed")
          .next(
              "aegis execution show " + id,
              "stop that process, or wait a minute if it died, then: aegis resume " + id));
    }
  }

  private boolean isAlive(ExecutionId id, Leader leader, String nonce) {
    return switch (surroundings.processes().look(leader)) {
      case ALIVE -> true;
      case DEAD -> false;
      case OUT_OF_SIGHT -> SignsOfLife.isFresh(ports.records(), id, leader.nonce(), nonce);
    };
  }

  @Override
  public void ask(ExecutionId id, Person person, Request request) throws InterruptedException {
    var engine = leading.get(id);
    if (engine != null) {
      engine.ask(person, request);
      return;
    }
    var history = History.read(ports.records(), id);
    var refusal = new Permission(view(history), person).refusal(request);
    if (refusal.isPresent()) {
      throw new Refused(refusal.get());
    }
    if (request instanceof Request.Stop && !isLed(id, history)) {
      run(id, person, Patience.RETURN, Watcher.NOBODY, List.of(request));
    } else {
      new Inbox(ports.records(), id).put(person, request, ports.time().now());
    }
  }

  private boolean isLed(ExecutionId id, History history) {
    String nonce = Hex.of(ports.entropy().bytes(8));
    return history.leader().filter(leader -> isAlive(id, leader, nonce)).isPresent();
  }

  @Override
  public boolean isAbandoned(ExecutionId id) {
    var history = History.read(ports.records(), id);
    return !view(history).state().isFinal()
        && history
            .leader()
            .filter(leader -> surroundings.processes().look(leader) == Processes.Sign.DEAD)
            .isPresent();
  }

  @Override
  public Execution show(ExecutionId id) {
    return view(History.read(ports.records(), id));
  }

  @Override
  public Listing list() {
    return listing(claims.all());
  }

  @Override
  public Listing list(ApplicationName application) {
    return listing(claims.of(application));
  }

  @Override
  public Listing listAfter(Execution execution) {
    var ids = claims.of(execution.plan().header().application());
    int own = ids.lastIndexOf(execution.id());
    if (own >= 0) {
      return listing(ids.subList(own + 1, ids.size()));
    }
    var all = listing(ids); // its claim is lost: the clocks have to tell
    var later = all.executions().stream()
        .filter(one -> one.clock().declared().isAfter(execution.clock().declared()))
        .toList();
    return new Listing(later, all.unreadable());
  }

  private Listing listing(List<ExecutionId> ids) {
    var readable = new ArrayList<Execution>();
    var unreadable = new ArrayList<Report>();
    for (var id : ids) {
      try {
        readable.add(show(id));
      } catch (Refused | Damaged broken) {
        unreadable.add(broken.report());
      }
    }
    readable.sort(
        Comparator.comparing((Execution one) -> one.clock().declared()).reversed());
    return new Listing(readable, unreadable);
  }

  @Override
  public Evidence evidence(ExecutionId id) {
    var history = History.read(ports.records(), id);
    return closing.evidence(view(history), history);
  }

  @Override
  public List<Finding> check() {
    return new ExecutionCheck(ports.records(), ports.register()).run();
  }

  private Execution view(History history) {
    return Picture.of(history).view(ports.time().now());
  }
}
