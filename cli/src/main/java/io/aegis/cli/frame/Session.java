package io.aegis.cli.frame;

import io.aegis.app.ConfigReading;
import io.aegis.app.ConfigSources;
import io.aegis.app.OpenRepository;
import io.aegis.app.OpenRepository.Outside;
import io.aegis.app.Surroundings;
import io.aegis.cli.terminal.JsonDocument;
import io.aegis.cli.terminal.LocalTime;
import io.aegis.cli.terminal.Paint;
import io.aegis.cli.terminal.Painter;
import io.aegis.cli.terminal.StatusLine;
import io.aegis.cli.terminal.Terminal;
import io.aegis.cli.terminal.Terminal.Stream;
import io.aegis.cli.terminal.YamlText;
import io.aegis.kernel.Json;
import io.aegis.kernel.TimeSource;
import java.util.HashMap;
import java.util.Optional;

/** One call of {@code aegis}: who called, from where, with which options; made by its thread. */
public final class Session {
  private final Terminal terminal;
  private final Surroundings surroundings;
  private final TimeSource time;
  private final GlobalOptions options = new GlobalOptions();
  private final Interrupts interrupts = new Interrupts(Thread.currentThread());

  public Session(Terminal terminal, Surroundings surroundings, TimeSource time) {
    this.terminal = terminal;
    this.surroundings = surroundings;
    this.time = time;
  }

  public Terminal terminal() {
    return terminal;
  }

  public Surroundings surroundings() {
    return surroundings;
  }

  public TimeSource time() {
    return time;
  }

  public GlobalOptions options() {
    return options;
  }

  /** Asks a person, who may leave by Ctrl-C; empty when the input has ended. */
  public Optional<String> ask(String question) {
    try (var _ = interrupts.leaveAtOnce()) {
      return terminal.ask(question);
    }
  }

  public Interrupts interrupts() {
    return interrupts;
  }

  /**
   * The settings as option, variable, file and default have them, right or wrong. The key need not
   * be among them where somebody can be asked for it.
   */
  public ConfigReading settings() {
    return reading(
        terminal.canAskUnseen()
            ? ConfigSources.Attendance.PERSON
            : ConfigSources.Attendance.NOBODY);
  }

  /** The same, as it has to be for what nobody attends. */
  public ConfigReading declared() {
    return reading(ConfigSources.Attendance.NOBODY);
  }

  private ConfigReading reading(ConfigSources.Attendance attendance) {
    var given = new HashMap<String, ConfigSources.Option>();
    String repository = options.repository();
    if (repository != null) {
      given.put("repository.location", new ConfigSources.Option("--repo", repository));
    }
    return ConfigReading.of(
        new ConfigSources(Optional.ofNullable(options.config()), given, attendance), surroundings);
  }

  /** The clock, the variables and the person, as the parts of the application are given them. */
  public Outside outside() {
    return new Outside(surroundings, time, new TypedKey(this));
  }

  /** Opens the repository alone: all that reading commands need. */
  public OpenRepository openRepository() {
    return OpenRepository.open(settings().repository(), outside());
  }

  /** Prints data, in the format asked for, on stdout. */
  public void show(Answer answer) {
    String text = switch (options.format()) {
      case TABLE -> page(answer, Page.Detail.NORMAL);
      case WIDE -> page(answer, Page.Detail.WIDE);
      case JSON -> document(answer).pretty() + "\n";
      case YAML -> YamlText.of(document(answer));
      case NDJSON -> lines(answer);
    };
    terminal.out().print(text);
    terminal.out().flush();
  }

  private Json.Obj document(Answer answer) {
    return JsonDocument.of(answer.kind(), advice().on(answer.json()));
  }

  private String page(Answer answer, Page.Detail detail) {
    var page = new Page(paint(Stream.OUT), localTime(), detail);
    answer.print(page);
    return typed(page.text());
  }

  /** Shows an answer to whoever watches, on stderr. */
  public void showAside(Answer answer) {
    remark(aside(answer));
  }

  /** Shows an answer that somebody needs to decide, on stderr, also if told to be quiet. */
  public void showForDecision(Answer answer) {
    terminal.err().println(aside(answer));
  }

  private String aside(Answer answer) {
    var page = new Page(paint(Stream.ERR), localTime(), Page.Detail.NORMAL);
    answer.print(page);
    return typed(page.text());
  }

  private static String lines(Answer answer) {
    var lines = new StringBuilder();
    for (var item : answer.items()) {
      lines.append(JsonDocument.of(answer.kind(), item).compact()).append('\n');
    }
    return lines.toString();
  }

  /** A remark for people while they wait or decide; never data. */
  public void remark(String line) {
    if (!options.isQuiet() && !options.format().isForPrograms()) {
      terminal.err().println(typed(line));
    }
  }

  /** Something that must be known now, however little this session wants to hear. */
  public void warn(String text) {
    terminal
        .err()
        .println(
            options.format().isForPrograms()
                ? JsonDocument.of("Warning").with("text", typed(text)).compact()
                : paint(Stream.ERR).yellow("! ") + typed(text));
  }

  /** The text with every command in it as it has to be typed where this one was. */
  public String typed(String text) {
    return advice().on(text);
  }

  TypedAdvice advice() {
    return new TypedAdvice(
        Optional.ofNullable(options.config()), Optional.ofNullable(options.repository()));
  }

  /** A line that says how far a long operation is; to be closed with it. */
  public StatusLine progress(String title) {
    return new StatusLine(terminal.err(), progressStyle(), time, title);
  }

  /** How progress is shown in this session. */
  public Painter.Style progressStyle() {
    if (options.isQuiet()) {
      return Painter.Style.SILENT;
    }
    if (options.format().isForPrograms()) {
      return Painter.Style.JSON_LOG;
    }
    boolean dumb = "dumb".equals(surroundings.variables().get("TERM"));
    return terminal.isPerson(Stream.ERR) && !dumb ? Painter.Style.TERMINAL : Painter.Style.LOG;
  }

  public Paint paint(Stream stream) {
    return Paint.of(options.colour(), terminal, stream, surroundings.variables());
  }

  public LocalTime localTime() {
    return new LocalTime(terminal.look().zone(), time.now());
  }
}
