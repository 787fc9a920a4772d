package io.aegis.cli;

import io.aegis.kernel.FailureCode;

/** What can go wrong between a person and the command line: AEG-15xx. */
public enum CliCode implements FailureCode {
  USAGE(
      1501,
      "the command line cannot be understood",
      "An option or command is unknown, a value has the wrong form, or something required is"
          + " missing. Nothing was started. '--help' after any command shows what it takes, with"
          + " examples."),
  NOT_EXPLAINED(
      1502,
      "there is nothing to explain under that name",
      "'aegis explain' knows error codes (AEG-2104), the words of the glossary (restorable window)"
          + " and the keys of aegis.yaml (objectives.rto)."),
  NOT_CONFIRMED(
      1503,
      "nobody confirmed",
      "The command writes to something that may be in use and asks first. Type the name that the"
          + " question shows; in a script, where nobody can be asked, add --yes. Nothing was"
          + " changed. The same is said where a key was asked for and none was typed."),
  TIME_WITHOUT_ZONE(
      1504,
      "a time without a zone is ambiguous",
      "The same clock reading is a different moment in every zone, and recovering to the wrong hour"
          + " loses data. On a terminal Aegis shows what it understood and asks; a script must say"
          + " the zone: 2026-11-23T13:58:00+01:00 or 2026-11-23T12:58:00Z."),
  FILE_EXISTS(
      1505,
      "the file is there already",
      "Aegis never overwrites a configuration, a key or a plan. Move the file away or choose"
          + " another name."),
  INTERRUPTED(
      1506,
      "interrupted",
      "Ctrl-C, or the time of --timeout was up. What was done is durable; the command that goes on"
          + " from there is shown."),
  FILE_UNUSABLE(
      1507,
      "a file cannot be read or written",
      "The file system refused: no such directory, no permission, or no space. The message names"
          + " the file."),
  NOTHING_FOUND(
      1508,
      "discovery did not find exactly one server",
      "'aegis init --discover' looks at the processes of this machine that this account may see. It"
          + " writes a configuration for one server only; --port says which."),
  BUG(
      1599,
      "this is a bug in Aegis",
      "Something happened that the program holds for impossible. It stopped instead of guessing;"
          + " what was durable before is still there. Please report the block that was printed.");

  private final Words words;

  CliCode(int number, String title, String explanation) {
    this.words = new Words(number, title, explanation);
  }

  @Override
  public Words words() {
    return words;
  }
}
