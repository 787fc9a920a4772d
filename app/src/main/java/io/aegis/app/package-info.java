/**
 * One application as {@code aegis.yaml} declares it, and everything wired for it.
 *
 * <p>Read {@link io.aegis.app.Configuration} (what is declared), {@link
 * io.aegis.app.ConfigReading} (what is wrong with it, all at once), then {@link
 * io.aegis.app.Application} (the parts, each opened when it is asked for) and {@link
 * io.aegis.app.Holdings} (what can be told with the repository alone). Defaults are written once,
 * in {@code config.Keys}; nobody else reads files, variables or options for settings.
 *
 * <p>Kept secret here: YAML, environment variables, which implementation stands behind a face. No
 * business rule lives here: this module decides nothing.
 */
@NullMarked
package io.aegis.app;

import org.jspecify.annotations.NullMarked;
