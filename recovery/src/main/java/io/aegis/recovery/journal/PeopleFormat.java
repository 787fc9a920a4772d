package io.aegis.recovery.journal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Json;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.StepId;
import io.aegis.recovery.plan.Labels;
import java.util.stream.Collectors;

/** People and what they ask for, as JSON. */
public final class PeopleFormat {
  private PeopleFormat() {}

  public static Json.Obj write(Person person) {
    return Json.object()
        .with("account", person.account())
        .with("roles", Json.texts(person.roles().stream().map(Role::value).toList()));
  }

  public static Person readPerson(Json.Obj person) {
    return new Person(
        person.text("account"),
        ResultFormat.texts(person, "roles").stream().map(Role::new).collect(Collectors.toSet()));
  }

  public static Json.Obj write(Request request) {
    return switch (request) {
      case Request.Approve(var step, var comment) -> ask("approve", step, comment);
      case Request.Decline(var step, var reason) -> ask("decline", step, reason);
      case Request.BreakGlass(var step, var reason) -> ask("break-glass", step, reason);
      case Request.Confirm(var step, var comment) -> ask("confirm", step, comment);
      case Request.Skip(var step, var comment) -> ask("skip", step, comment);
      case Request.Ignore(var step, var comment) -> ask("ignore", step, comment);
      case Request.Stop(var when, var then, var reason) ->
        Json.object()
            .with("do", "stop")
            .with("when", Labels.of(when))
            .with("then", Labels.of(then))
            .with("comment", reason);
    };
  }

  public static Request readRequest(Json.Obj ask) {
    String comment = ask.text("comment");
    return switch (ask.text("do")) {
      case "approve" -> new Request.Approve(step(ask), comment);
      case "decline" -> new Request.Decline(step(ask), comment);
      case "break-glass" -> new Request.BreakGlass(step(ask), comment);
      case "confirm" -> new Request.Confirm(step(ask), comment);
      case "skip" -> new Request.Skip(step(ask), comment);
      case "ignore" -> new Request.Ignore(step(ask), comment);
      case "stop" ->
        new Request.Stop(
            Labels.parse(Request.When.class, ask.text("when")),
            Labels.parse(Request.Then.class, ask.text("then")),
            comment);
      default -> throw new Malformed("'" + ask.text("do") + "' cannot be asked of an execution");
    };
  }

  private static Json.Obj ask(String verb, StepId step, String comment) {
    return Json.object().with("do", verb).with("step", step.value()).with("comment", comment);
  }

  private static StepId step(Json.Obj ask) {
    return new StepId(ask.text("step"));
  }
}
