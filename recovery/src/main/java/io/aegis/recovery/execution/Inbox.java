package io.aegis.recovery.execution;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.journal.Names;
import io.aegis.recovery.journal.PeopleFormat;
import io.aegis.recovery.state.Picture;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.PutOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What other processes have asked of an execution: numbered records, never changed. */
record Inbox(Records records, ExecutionId execution) {

  /** One thing asked for; 0 is the number of what was asked within the leading process. */
  record Asked(long number, Person person, Request request) {}

  /** Something asked for of which nobody knows any more what it was, or whose. */
  record Unreadable(ObjectKey name, Report why) {}

  /** What is not yet answered, in the order it was asked. */
  record Unanswered(List<Asked> asked, List<Unreadable> unreadable) {}

  /** Notes a request under the next free number; durable on return. */
  void put(Person person, Request request, Instant when) {
    var content = Json.object()
        .with("asked", when.toString())
        .with("by", PeopleFormat.write(person))
        .with("ask", PeopleFormat.write(request))
        .compact()
        .getBytes(StandardCharsets.UTF_8);
    long number = names().stream().mapToLong(Names::number).max().orElse(0);
    ObjectKey name;
    do {
      number++;
      name = Names.request(execution, number);
    } while (records.putIfAbsent(name, content) == PutOutcome.ALREADY_PRESENT
        && !Arrays.equals(records.get(name), content));
  }

  /**
   * What was asked and is not yet answered in {@code picture}. One damaged request keeps no other
   * from being heard, and least of all the wish to give up.
   */
  Unanswered unanswered(Picture picture) {
    var asked = new ArrayList<Asked>();
    var unreadable = new ArrayList<Unreadable>();
    for (var name : names()) {
      if (!picture.hasAnswered(Names.number(name))) {
        try {
          asked.add(read(name));
        } catch (Damaged damage) {
          unreadable.add(new Unreadable(name, damage.report()));
        }
      }
    }
    return new Unanswered(asked, unreadable);
  }

  private List<ObjectKey> names() {
    var names = new ArrayList<ObjectKey>();
    records.list(Names.requests(execution), stat -> names.add(stat.key()));
    return names;
  }

  private Asked read(ObjectKey name) {
    try {
      var json = Json.parseObject(new String(records.get(name), StandardCharsets.UTF_8));
      return new Asked(
          Names.number(name),
          PeopleFormat.readPerson(json.object("by")),
          PeopleFormat.readRequest(json.object("ask")));
    } catch (Malformed | IllegalArgumentException e) {
      throw new Damaged(
          Report.of(RecoveryCode.JOURNAL_BROKEN, name + " is not a request")
              .why(String.valueOf(e.getMessage()))
              .safe("the execution did nothing because of it")
              .next("aegis repo check"),
          e);
    }
  }
}
