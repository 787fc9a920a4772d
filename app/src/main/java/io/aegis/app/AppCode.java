package io.aegis.app;

import io.aegis.kernel.FailureCode;

/** What can go wrong between {@code aegis.yaml} and the parts it names: AEG-14xx. */
public enum AppCode implements FailureCode {
  NO_CONFIG(
      1401,
      "there is no configuration",
      "Neither --config nor AEGIS_CONFIG named a file, and there is none at ./aegis.yaml,"
          + " ~/.config/aegis/config.yaml or /etc/aegis/aegis.yaml. 'aegis init --discover' writes"
          + " one for the PostgreSQL that runs here."),
  CONFIG_FAULTY(
      1402,
      "the configuration has faults",
      "Every fault that was found is listed with its line, its cause and its remedy. Nothing is"
          + " started with a configuration that is only half understood. 'aegis config validate'"
          + " checks again; 'aegis config schema' prints a schema that editors understand."),
  CONFIG_UNREADABLE(
      1403,
      "the configuration file cannot be read",
      "The file system refused, or the file is not UTF-8 text. Nothing was started."),
  SECRET_UNREADABLE(
      1404,
      "a secret cannot be had",
      "A setting refers to a secret by file:, env: or cmd:, and that reference did not lead to one:"
          + " the file is missing or unreadable, the variable is not set, or the command failed."
          + " The secret itself is never shown."),
  SECRET_INTERRUPTED(
      1405,
      "waiting for a secret was interrupted",
      "Ctrl-C, or the time of --timeout was up, while a command that prints a secret was running."
          + " It was ended, and so was what it had started. Nothing else was begun."),
  POLICY_NOT_MET(
      1406,
      "a saved plan is not what the policy asks for",
      "The environment's policy in aegis.yaml asks for more approvals before a promotion than the"
          + " plan does, or for another role's: it was saved before the policy changed, or was"
          + " edited since. Or it says that it is for a drill, which leaves out what a recovery"
          + " must not; or it is of another application, or has other objectives. 'aegis resume'"
          + " asks the same, until the promotion is done. Compute a new one, and cancel what was"
          + " begun."),
  CONFIG_UNTRUSTED(
      1407,
      "a configuration that somebody else could have written",
      "A file called aegis.yaml in the working directory is used without being named. It can name"
          + " commands, and whoever wrote it may want somebody else to run them: it is believed"
          + " only if the file, its directory, those above and every link on the way belong to"
          + " root or to whoever reads it, and nobody else can write them. A group of its owner's"
          + " name may, but for root. '-c <file>' or AEGIS_CONFIG names it and says that it is"
          + " trusted."),
  PLAN_STRANGE(
      1408,
      "root would carry out a plan that is not its own",
      "A plan names programs, an account, places, the server to be stopped and what is asked of"
          + " the database. Root carries out a saved one, and goes on with one that was begun, only"
          + " if they are those of its own aegis.yaml: whoever saved it, or has the key of the"
          + " repository, can have made it so. Each difference is named; '--as-planned' of 'aegis"
          + " recover' and 'aegis resume' says that they were looked at and are right.");

  private final Words words;

  AppCode(int number, String title, String explanation) {
    this.words = new Words(number, title, explanation);
  }

  @Override
  public Words words() {
    return words;
  }
}
