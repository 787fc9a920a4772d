package io.aegis.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which machine it is, the same after a reboot: paths, processes and local sockets that a plan
 * speaks of mean something on that one only.
 *
 * @param value its {@code machine-id(5)} and its host name: a copy of a machine may share the one
 */
public record MachineName(String value) {

  public static MachineName here() {
    return new MachineName(
        read("/etc/machine-id", "no-machine-id") + "/" + read("/proc/sys/kernel/hostname", "?"));
  }

  private static String read(String file, String otherwise) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return otherwise; // as in some containers: then the other half tells them apart
    }
  }
}
