/** Tests of the kernel, all pure: no file, no socket, no waiting. */
@NullMarked
package io.aegis.kernel;

import org.jspecify.annotations.NullMarked;
