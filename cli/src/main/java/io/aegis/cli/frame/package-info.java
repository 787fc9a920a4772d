/**
 * What every command shares: global options, the answer in five formats, the four-part error, exit
 * codes, help.
 *
 * <p>Kept secret here: picocli's hooks. A command only answers a question; how the answer, the
 * failure and the exit code reach the person or the script is decided here, once.
 */
@NullMarked
package io.aegis.cli.frame;

import org.jspecify.annotations.NullMarked;
