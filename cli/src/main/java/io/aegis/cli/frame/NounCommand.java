package io.aegis.cli.frame;

import io.aegis.cli.CliCode;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only holds verbs, like {@code aegis config}: without one, it names them. */
public abstract class NounCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public final Integer call() {
    String name = spec.qualifiedName();
    throw new Failure.Refused(Report.of(CliCode.USAGE, "'" + name + "' lacks what to do")
        .why("it has these verbs: " + String.join(", ", spec.subcommands().keySet()))
        .safe("nothing was started")
        .next(name + " --help"));
  }
}
