package io.aegis.app;

import io.aegis.app.Configuration.Place;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;

/** Whoever has recovery words on paper or a passphrase in mind, and is asked for them. */
public interface KeyHolder {
  /** For where there is no terminal: settings without a key are refused before it is asked. */
  KeyHolder NOBODY = new KeyHolder() {
    @Override
    public Secret ask(Place place) {
      throw new Failure.Refused(
          Report.of(AppCode.SECRET_UNREADABLE, "no key is set, and nobody is here to be asked")
              .next("set repository.key"));
    }

    @Override
    public void toldWrong(Failure.Refused why) {
      throw why;
    }
  };

  /**
   * @return what was typed
   * @throws Failure.Refused if nothing was
   */
  Secret ask(Place place);

  /** What was typed opens nothing; it is asked once more. */
  void toldWrong(Failure.Refused why);
}
