using System.Collections;
using System.Text.RegularExpressions;
using CohereShell.Hosting;
using CohereShell.Json;

namespace CohereShell.Tools;

/// <summary>
/// The places that hold the key outside of the module: the variables, and the files in which Linux shows the initial
/// environment and the memory of a process. A tool that a model calls can't be pointed to them.
/// </summary>
internal static class KeyPlaces
{
    private static readonly Regex ProcessFile = new(
        @"^/proc/[^/]+(/task/[^/]+)?/(environ|mem)$",
        RegexOptions.CultureInvariant);

    private static readonly Regex Drive = new(
        @"(^|[\\:])(env|environment):{1,2}[\\/]*(?<name>[^\\/]*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The place that an argument names, for a message; null if there isn't one.</summary>
    public static string? In(IDictionary arguments, PathIntrinsics paths) =>
        Texts(arguments).Select(text => Named(text, paths)).FirstOrDefault(place => place is not null);

    private static string? Named(string text, PathIntrinsics paths)
    {
        Match drive = Drive.Match(text.Trim());
        if (drive.Success && IsKeyVariable(drive.Groups["name"].Value))
        {
            return "the environment variable";
        }

        // Also other spellings of a path: relative, with wildcards, with dots, and through a link.
        return text.Length is > 0 and < 4096 && !text.Contains('\n') && Resolved(text, paths).Any(IsProcessFile) ? "the file" : null;
    }

    private static bool IsKeyVariable(string name)
    {
        try
        {
            WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            return new[] { Sessions.KeyVariable, Sessions.SecondKeyVariable }.Any(variable => string.Equals(name, variable, StringComparison.OrdinalIgnoreCase)
                || (name.Trim('*', '?').Length > 0 && pattern.IsMatch(variable)));
        }
        catch (WildcardPatternException)
        {
            return false;
        }
    }

    private static bool IsProcessFile(string path)
    {
        try
        {
            return ProcessFile.IsMatch(Path.GetFullPath(path)) || ProcessFile.IsMatch(LinkedFile.RealPath(path));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or NotSupportedException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Resolved(string text, PathIntrinsics paths)
    {
#if NET
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }
#endif
        var found = new List<string>();
        foreach (Func<string> resolve in new Func<string>[] { () => text, () => paths.GetUnresolvedProviderPathFromPSPath(text) })
        {
            try
            {
                found.Add(resolve());
            }
            catch (Exception exception) when (exception is not PipelineStoppedException)
            {
                // Not a path.
            }
        }

        if (WildcardPattern.ContainsWildcardCharacters(text) && found.Exists(path => path.IndexOf("/proc", StringComparison.OrdinalIgnoreCase) >= 0 || path.StartsWith("/?", StringComparison.Ordinal) || path.StartsWith("/*", StringComparison.Ordinal) || path.StartsWith("/[", StringComparison.Ordinal) || path.StartsWith("/p", StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                found.AddRange(paths.GetResolvedProviderPathFromPSPath(text, out _));
            }
            catch (Exception exception) when (exception is not PipelineStoppedException)
            {
                // Nothing there.
            }
        }

        return found;
    }

    private static IEnumerable<string> Texts(object? value) => PowerShellJson.Unwrap(value) switch
    {
        string text => [text],
        IDictionary table => table.Values.Cast<object?>().SelectMany(Texts),
        IEnumerable list => list.Cast<object?>().SelectMany(Texts),
        Uri uri => [uri.OriginalString, uri.IsAbsoluteUri && uri.IsFile ? uri.LocalPath : uri.OriginalString],
        FileSystemInfo file => [file.FullName],
        _ => [],
    };
}
