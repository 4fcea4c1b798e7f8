using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace CohereShell.Hosting;

/// <summary>Finds out whether a user is at this process and can answer a question.</summary>
internal static class Interactivity
{
    private static readonly string[] ConsoleHosts = ["ConsoleHost", "Visual Studio Code Host"];

    // Hosts of jobs, runbooks, functions, services and remote sessions. A question there would wait indefinitely, or
    // wait for a user at another process.
    private static readonly string[] SilentHosts = ["Default Host", "ServerRemoteHost", "AzureFunctionsHost", "OrchestratorHost"];

    /// <summary>Whether the host is a console whose keys are read from this process.</summary>
    public static bool IsConsole(PSHost host) => ConsoleHosts.Contains(host.Name);

    /// <summary>The reason why no user at this process can answer a question; null if one can.</summary>
    public static string? ReasonAgainst(PSHost host)
    {
        if (host.UI is null || SilentHosts.Contains(host.Name))
        {
            return $"the host '{host.Name}' reads no lines from a keyboard";
        }

        if (!Environment.UserInteractive)
        {
            return "this process runs without a user";
        }

        if (Environment.GetCommandLineArgs().Skip(1).Any(IsNonInteractive))
        {
            return "PowerShell was started with -NonInteractive";
        }

        if (!IsConsole(host))
        {
            return null;
        }

        return Console.IsInputRedirected ? "the input of this process isn't a keyboard"
            : Console.IsOutputRedirected ? "the output of this process isn't a screen"
            : IsElsewhere(host) ? "this runspace isn't the one of the prompt"
            : null;
    }

    // PowerShell accepts any abbreviation from -NonI on.
    private static bool IsNonInteractive(string argument)
    {
        string name = argument.TrimStart('-', '/');
        return name.Length >= 4 && name.Length < argument.Length && "noninteractive".StartsWith(name.ToLowerInvariant(), StringComparison.Ordinal);
    }

    // Parallel runspaces and thread jobs have the same host but must not read its keyboard.
    private static bool IsElsewhere(PSHost host)
    {
        try
        {
            return host is IHostSupportsInteractiveSession { Runspace: { } own } && Runspace.DefaultRunspace is { } current && own.InstanceId != current.InstanceId;
        }
        catch (Exception exception) when (exception is PSNotImplementedException or HostException or NotImplementedException)
        {
            return false;
        }
    }
}
