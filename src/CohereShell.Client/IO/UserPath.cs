using System;
using System.IO;

namespace CohereShell;

/// <summary>
/// How a path that a user writes is understood. In PowerShell the current folder is that of the runspace and not that of
/// the process: the module says so when it is imported.
/// </summary>
internal static class UserPath
{
    public static Func<string, string> Resolve { get; set; } = Path.GetFullPath;
}
