using System;

namespace CohereShell.Tests;

/// <summary>
/// How long a test waits for what must happen. It ends a test that hangs. It doesn't measure: nothing that works takes as long,
/// even on a busy computer.
/// </summary>
internal static class Hang
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
}
