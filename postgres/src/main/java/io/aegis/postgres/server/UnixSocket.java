package io.aegis.postgres.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A Unix socket in the clothes of {@link Socket}, as far as pgjdbc looks: connect, two streams, a
 * read timeout. The options of TCP are accepted and mean nothing here.
 */
final class UnixSocket extends Socket {
  private final Path path;
  private final SocketChannel channel;
  private final Selector readable;
  private int timeoutMillis;
  private volatile boolean connected;

  UnixSocket(Path path) {
    this.path = path;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      readable = Selector.open();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("this machine has no Unix sockets", e);
    }
  }

  @Override
  public void connect(SocketAddress ignored, int timeout) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(path));
    channel.configureBlocking(false);
    channel.register(readable, SelectionKey.OP_READ);
    connected = true;
  }

  @Override
  public void connect(SocketAddress ignored) throws IOException {
    connect(ignored, 0);
  }

  @Override
  public InputStream getInputStream() {
    return new Input();
  }

  @Override
  public OutputStream getOutputStream() {
    return new Output();
  }

  @Override
  public synchronized void close() throws IOException {
    readable.close();
    channel.close();
  }

  @Override
  public boolean isConnected() {
    return connected;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public synchronized void setSoTimeout(int timeout) {
    timeoutMillis = timeout;
  }

  @Override
  public synchronized int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setReceiveBufferSize(int size) {}

  @Override
  public void setSendBufferSize(int size) {}

  @Override
  public int getSendBufferSize() {
    return 64 * 1024;
  }

  @Override
  public int getReceiveBufferSize() {
    return 64 * 1024;
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int at, int length) throws IOException {
      var buffer = ByteBuffer.wrap(target, at, length);
      int count = channel.read(buffer);
      while (count == 0 && length > 0) {
        awaitReadable();
        count = channel.read(buffer);
      }
      return count;
    }

    private void awaitReadable() throws IOException {
      try {
        if (readable.select(getSoTimeout()) == 0 && getSoTimeout() > 0) {
          throw new SocketTimeoutException("nothing came within " + getSoTimeout() + " ms");
        }
        readable.selectedKeys().clear();
      } catch (java.nio.channels.ClosedSelectorException e) {
        throw (SocketException) new SocketException("the socket was closed").initCause(e);
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new java.io.InterruptedIOException("interrupted while waiting for the server");
      }
    }

    @Override
    public int available() {
      return 0;
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int at, int length) throws IOException {
      var buffer = ByteBuffer.wrap(bytes, at, length);
      while (buffer.hasRemaining()) {
        if (channel.write(buffer) == 0) {
          awaitWritable();
        }
      }
    }

    private void awaitWritable() throws IOException {
      try (var writable = Selector.open()) {
        channel.register(writable, SelectionKey.OP_WRITE);
        writable.select();
      } catch (ClosedChannelException e) {
        throw (SocketException) new SocketException("the socket was closed").initCause(e);
      }
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }
}
