package io.aegis.kernel;

/** Told how far a long operation has come; must be cheap and safe to call from any thread. */
public interface Progress {
  Progress SILENT = new Progress() {
    @Override
    public void expect(long total) {}

    @Override
    public void advance(long amount) {}
  };

  /** The total is known, or is now known better; same unit as {@link #advance}, usually bytes. */
  void expect(long total);

  void advance(long amount);
}
