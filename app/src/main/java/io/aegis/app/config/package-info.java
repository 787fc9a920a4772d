/**
 * How settings are declared, read and checked. A key is declared once, in {@link
 * io.aegis.app.config.Keys}; the reader, the JSON Schema, the reference page and {@code
 * aegis explain} come from that declaration.
 *
 * <p>Kept secret here: the YAML parser and the precedence of sources.
 */
@NullMarked
package io.aegis.app.config;

import org.jspecify.annotations.NullMarked;
