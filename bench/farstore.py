"""A real S3 server, and a proxy before it that makes it as far away as one wishes."""

import re
import socket
import subprocess
import threading
import time
import urllib.request

from lab import free_port, part

REQUEST = re.compile(rb"(GET|HEAD|PUT|POST|DELETE) ")
CHUNK = 1 << 18


class S3Server:
    """SeaweedFS on free ports, open to everybody on this machine."""

    BUCKET = "bench"

    def __init__(self, home):
        self.home = home / "s3"
        (self.home / "volumes").mkdir(parents=True)
        names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
                 "filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc"]
        self.ports = {name: free_port() for name in names}
        self.process = subprocess.Popen(
            [str(part("s3-server") / "bin/weed"), "-logtostderr", "server", "-ip=127.0.0.1",
             "-ip.bind=127.0.0.1", f"-dir={self.home / 'volumes'}", "-master.telemetry=false",
             "-master.volumeSizeLimitMB=256", "-volume.max=500", "-filer", "-s3", "-s3.iam=false",
             "-s3.port.iceberg=0", "-s3.port.lance=0",
             *(f"-{name}={port}" for name, port in self.ports.items())],
            stdout=open(self.home / "server.log", "wb"), stderr=subprocess.STDOUT, cwd=self.home)
        self._await()

    @property
    def port(self):
        return self.ports["s3.port"]

    def _await(self):
        """The S3 port answers before the volumes behind it can be written."""
        for _ in range(240):
            if self._put(self.BUCKET, b"") and self._put(f"{self.BUCKET}/probe", b"1"):
                return
            time.sleep(0.5)
        raise SystemExit(f"the S3 server did not come up; see {self.home / 'server.log'}")

    def _put(self, path, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", data=body, method="PUT")
        try:
            return urllib.request.urlopen(request, timeout=5).status == 200
        except urllib.error.HTTPError as refused:
            return refused.code == 409  # the bucket is there already
        except OSError:
            return False

    def close(self):
        self.process.kill()
        self.process.wait()


class Distance:
    """Lets every HTTP request wait before it is passed on, and counts them."""

    def __init__(self, port, seconds):
        self.target, self.seconds, self.requests = port, seconds, 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._there, args=(client, server), daemon=True).start()
            threading.Thread(target=pump, args=(server, client), daemon=True).start()

    def _there(self, client, server):
        def travel(chunk):
            if REQUEST.match(chunk):
                with self.lock:
                    self.requests += 1
                time.sleep(self.seconds)
        pump(client, server, travel)

    def close(self):
        self.listener.close()


def pump(source, sink, before=lambda _: None):
    """Passes on what comes until one side ends."""
    try:
        while chunk := source.recv(CHUNK):
            before(chunk)
            sink.sendall(chunk)
    except OSError:
        pass
    for one in (source, sink):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()
