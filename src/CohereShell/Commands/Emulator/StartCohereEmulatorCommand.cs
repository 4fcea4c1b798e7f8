using System.Net.Sockets;
using CohereShell.Errors;
using CohereShell.Hosting;

namespace CohereShell.Commands;

/// <summary>Start-CohereEmulator: a Cohere on a port of this machine, for tests without network or key.</summary>
[Cmdlet(VerbsLifecycle.Start, "CohereEmulator", HelpUri = OnlineHelp.Api, SupportsShouldProcess = true)]
[OutputType(typeof(CohereEmulator))]
public sealed class StartCohereEmulatorCommand : PSCmdlet
{
    /// <summary>The port; 0 takes any that is free.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>How long each answer takes, in milliseconds.</summary>
    [Parameter]
    [ValidateRange(0, 600000)]
    public int LatencyMs { get; set; }

    /// <summary>Which part of the requests fails: 429, 500, 503, resets, stalls and cut bodies. 0 to 1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double FaultRate { get; set; }

    /// <summary>The type of key whose limits -EnforceRateLimit keeps.</summary>
    [Parameter]
    public CohereKeyType KeyType { get; set; } = CohereKeyType.Trial;

    /// <summary>Answers 429 beyond the limits per minute of the key type.</summary>
    [Parameter]
    public SwitchParameter EnforceRateLimit { get; set; }

    /// <summary>Which sequence of faults: the same number gives the same one.</summary>
    [Parameter]
    public int Seed { get; set; }

    /// <summary>How long an embed job, a batch or the training of a model takes, in milliseconds.</summary>
    [Parameter]
    [ValidateRange(0, 86400000)]
    public int JobDurationMs { get; set; } = CohereEmulatorOptions.DefaultJobDurationMs;

    /// <summary>A folder for datasets, jobs, batches and models; without it they go with the emulator.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"127.0.0.1:{Port}", "Start the Cohere emulator"))
        {
            return;
        }

        try
        {
            WriteObject(RunspaceScope.Current.Own(CohereEmulator.Start(Port, new CohereEmulatorOptions
            {
                LatencyMs = LatencyMs,
                FaultRate = FaultRate,
                // Without limits to keep, Connect-Cohere at the end of a pipe must not keep any either.
                KeyType = EnforceRateLimit || MyInvocation.BoundParameters.ContainsKey(nameof(KeyType)) ? KeyType : null,
                EnforceRateLimit = EnforceRateLimit,
                Seed = Seed,
                JobDurationMs = JobDurationMs,
                StatePath = StatePath is null ? null : GetUnresolvedProviderPathFromPSPath(StatePath),
            })));
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
