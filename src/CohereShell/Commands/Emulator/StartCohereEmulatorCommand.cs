using System.Net.Sockets;
using System.Security;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>
/// Start-CohereEmulator: starts an emulator of Cohere's API on a port of this machine, for tests without network or
/// key.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "CohereEmulator", HelpUri = OnlineHelp.Api, SupportsShouldProcess = true)]
[OutputType(typeof(CohereEmulator))]
public sealed class StartCohereEmulatorCommand : PSCmdlet
{
    /// <summary>The port. The default is 0, which selects any free port.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(0, 65535)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int Port { get; set; }

    /// <summary>Time before each answer, in milliseconds. The default is 0.</summary>
    [Parameter]
    [ValidateRange(0, 600000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int LatencyMs { get; set; }

    /// <summary>
    /// Share of the requests that fail, from 0 to 1: 429, 500, 503, connection resets, stalls and truncated bodies.
    /// </summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double FaultRate { get; set; }

    /// <summary>The only key that the emulator accepts, as a SecureString. A string is also accepted.</summary>
    [Parameter]
    [SecureStringTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public SecureString? ApiKey { get; set; }

    /// <summary>Type of key whose limits -EnforceRateLimit applies. With it, the default is Trial. Without it, the emulator has no key type.</summary>
    [Parameter]
    public CohereKeyType KeyType { get; set; } = CohereKeyType.Trial;

    /// <summary>Enforces the limits of the key type: requests beyond them get status 429.</summary>
    [Parameter]
    public SwitchParameter EnforceRateLimit { get; set; }

    /// <summary>Number of requests that a trial key has in all. It requires -EnforceRateLimit, whose default is 1,000.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int MonthlyLimit { get; set; }

    /// <summary>Number that selects the sequence of faults. The same number always produces the same sequence.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int Seed { get; set; }

    /// <summary>Time that an embed job, a batch or the training of a model takes, in milliseconds.</summary>
    [Parameter]
    [ValidateRange(0, 86400000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int JobDurationMs { get; set; } = CohereEmulatorOptions.DefaultJobDurationMs;

    /// <summary>Folder for datasets, jobs, batches and models. By default, they are deleted when the emulator stops.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool hasMonthlyLimit = MyInvocation.BoundParameters.ContainsKey(nameof(MonthlyLimit));
        if (hasMonthlyLimit && (!EnforceRateLimit || KeyType != CohereKeyType.Trial))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(
                "-MonthlyLimit applies only to the enforced limits of a trial key.",
                "Specify -MonthlyLimit with -EnforceRateLimit, and without -KeyType Production."));
        }

        if (!ShouldProcess($"127.0.0.1:{Port}", "Start the Cohere emulator"))
        {
            return;
        }

        try
        {
            WriteObject(RunspaceScope.Current.Own(CohereEmulator.Start(Port, new CohereEmulatorOptions
            {
                ApiKey = ApiKey is null ? null : Secrets.Reveal(ApiKey).Trim(),
                LatencyMs = LatencyMs,
                FaultRate = FaultRate,
                // Without limits to enforce, Connect-Cohere at the end of the pipeline must not apply any either.
                KeyType = EnforceRateLimit || MyInvocation.BoundParameters.ContainsKey(nameof(KeyType)) ? KeyType : null,
                EnforceRateLimit = EnforceRateLimit,
                MonthlyLimit = hasMonthlyLimit ? MonthlyLimit : null,
                Seed = Seed,
                JobDurationMs = JobDurationMs,
                StatePath = StatePath is null ? null : FilePaths.ResolveTarget(this, StatePath, isLiteral: true),
            })));
        }
        catch (ArgumentException exception) when (exception.ParamName == nameof(ApiKey))
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue("The key of -ApiKey can't be used.", "Specify a key that isn't empty, doesn't contain spaces and isn't the word invalid.", null));
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(ErrorRecords.PortNotAvailable(Port, exception));
        }
        catch (IOException exception)
        {
            ThrowTerminatingError(ErrorRecords.StateNotAvailable(StatePath, exception));
        }
    }
}
