package io.aegis.postgres.steps;

import io.aegis.postgres.server.LockFile;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a server takes connections at an address. Silence is no answer: a packet that was dropped
 * on the way comes back as little as one that was sent to a machine which is off.
 *
 * @param host a name, a number, or the directory of a socket on this machine
 */
record AddressProbe(String host, int port) {
  private static final int PATIENCE_MILLIS = 2_000;

  /** What came back. */
  sealed interface Answer {
    /** The machine says that nobody listens there. */
    record NobodyListens() implements Answer {}

    /** Something takes connections. */
    record TakesConnections() implements Answer {}

    /** No word from there, for a reason that lies anywhere in between. */
    record CannotTell(String why) implements Answer {}
  }

  Answer ask() {
    try {
      if (host.startsWith("/")) {
        return askHere();
      }
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
        return new Answer.TakesConnections();
      }
    } catch (ConnectException e) {
      // ECONNREFUSED; also ETIMEDOUT, but the kernel's patience is longer than this one's.
      return new Answer.NobodyListens();
    } catch (IOException e) {
      return new Answer.CannotTell(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  /** The recovery of Aegis' that answers there, if it is one on this machine and can be told. */
  Optional<LocalRecovery> recoveryThere() {
    return LocalRecovery.all()
        .filter(recovery -> recovery.lock().port() == port && listensHere(recovery.lock()))
        .findFirst();
  }

  private boolean listensHere(LockFile lock) {
    if (host.startsWith("/")) {
      return lock.socketDirectory().equals(host);
    }
    try {
      var address = InetAddress.getByName(host);
      return lock.listensOn(address)
          && (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null);
    } catch (IOException e) {
      return false;
    }
  }

  private Answer askHere() throws IOException {
    var file = Path.of(host).resolve(".s.PGSQL." + port);
    if (!Files.exists(file)) {
      return new Answer.NobodyListens();
    }
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(file));
      return new Answer.TakesConnections();
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
