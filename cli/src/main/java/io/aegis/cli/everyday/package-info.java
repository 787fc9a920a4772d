/**
 * The verbs of every day, one class each.
 *
 * <p>Kept secret here: what each answer looks like. A command parses, asks the faces below, and
 * answers; what is true is decided there.
 */
@NullMarked
package io.aegis.cli.everyday;

import org.jspecify.annotations.NullMarked;
