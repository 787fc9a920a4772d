package io.aegis.recovery;

import io.aegis.kernel.FailureCode;

/** What can go wrong with plans and executions: AEG-13xx. */
public enum RecoveryCode implements FailureCode {
  APPLICATION_BUSY(
      1301,
      "an execution of this application has not ended",
      "Two recoveries of one application at the same time would destroy each other's work, so the"
          + " second is refused. 'aegis execution show' tells how far the first has come; resume"
          + " it, or cancel it, and start again."),
  UNKNOWN_STEP_KIND(
      1302,
      "a plan has a step that this Aegis cannot run",
      "Each module brings its own kinds of steps. A plan that was saved by another version, or by"
          + " an installation with more modules, can hold kinds that are unknown here. Nothing of"
          + " such a plan is run, because leaving out a step is worse than not starting."),
  PLAN_NOT_READABLE(
      1303,
      "the file is not a plan",
      "It is not JSON, not of a version known here, or its steps cannot be walked: a step twice,"
          + " an unknown dependency, a circle, an approval that a drill would leave out. Or it"
          + " is not as Aegis makes one of what its steps hold: a step is missing, added or moved,"
          + " or something else is shown than is done; an earlier Aegis made it, or it was edited."
          + " Make it again: 'aegis plan -O file'. What was begun is ended by 'aegis execution"
          + " cancel'."),
  NO_SUCH_EXECUTION(
      1304,
      "there is no such execution in this repository",
      "The id is mistyped, or belongs to another repository. 'aegis execution list' shows them"
          + " all."),
  EXECUTION_LED_ELSEWHERE(
      1305,
      "another process leads this execution",
      "Exactly one process may lead an execution. If that process is alive, look at it with"
          + " 'aegis execution show', or stop it. If it died, wait until its last sign of"
          + " life is old enough, and resume."),
  EXECUTION_ENDED(
      1306,
      "the execution has ended",
      "What has ended is never run again: its journal is evidence. Start a new execution; steps"
          + " whose work is still there find it."),
  NOT_PERMITTED(
      1307,
      "this person may not do that",
      "Approvals need the role that the plan names and never come from the one who started the"
          + " execution. Skipping or ignoring needs the role that the plan names and a comment,"
          + " and a failed check of data is never ignored by the one who started the execution."),
  NOT_NOW(
      1308,
      "the step is in no state for that",
      "Only a step that waits for a decision can be approved or declined, only one that has not"
          + " begun can be skipped, and only one that failed or timed out can be ignored. 'aegis"
          + " execution show' tells where it stands."),
  JOURNAL_BROKEN(
      1309,
      "the journal of an execution is not a whole chain",
      "An entry is missing, stands twice or does not carry the hash of the one before it. Nothing"
          + " is run from such a journal. What the execution did can still be read entry by"
          + " entry; 'aegis repo check' says which object is damaged."),
  STEP_TIMED_OUT(
      1310,
      "a step took too long",
      "It ran three times as long as measured runs made expect, or reached its ceiling, and was"
          + " interrupted. What it had done so far is looked at before it is tried again."),
  STEP_BROKE(
      1311,
      "a step ended in a way its author did not foresee",
      "This is a bug in Aegis. The step's work may be half done; it is looked at before the step"
          + " is tried again. Please report it with the lines shown."),
  DECLINED(
      1312,
      "an approval was declined",
      "Somebody whose role is asked for said no and why. The execution is paused and nothing"
          + " lapses into yes: solve the reason and resume, which asks again, or cancel it."),
  LOST_THE_LEAD(
      1313,
      "another process has taken over this execution",
      "The journal belongs to the process that opened the newest epoch. This one can write"
          + " nothing any more and has stopped."),
  CHECK_NEEDS_AN_ANSWER(
      1314,
      "the outcome of a step is not known and cannot be found out",
      "Its process died in the middle, and asking the world about it failed. Nothing else is done"
          + " before the answer is known. Repair what the probe needs and resume."),
  LOCAL_JOURNAL_FAILED(
      1315,
      "neither the repository nor this machine could keep an entry of the journal",
      "While the repository is away, entries are kept in a file on this machine. That file could"
          + " not be written or read either, so the execution stopped rather than go on in memory"
          + " only. Free space or make the directory writable, and resume."),
  LOCAL_JOURNAL_DAMAGED(
      1316,
      "what this machine kept of the journal is damaged",
      "A file that held entries while the repository was away has a whole line that is no entry."
          + " It is not guessed at: keep a copy, move it away and resume. Each step then asks the"
          + " world how far it came; only who decided what in that time is lost from the"
          + " evidence.");

  private final Words words;

  RecoveryCode(int number, String title, String explanation) {
    this.words = new Words(number, title, explanation);
  }

  @Override
  public Words words() {
    return words;
  }
}
