using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Hosting;
using CohereShell.Input;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Test-CohereConnection: tests the connection step by step: DNS, TCP, proxy, TLS, HTTP, key, latency. It works without a
/// session and without a key.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "CohereConnection", HelpUri = OnlineHelp.Api, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(ConnectionTest))]
[OutputType(typeof(bool))]
public sealed class TestCohereConnectionCommand : CohereCommand
{
    private const string SessionSet = "Session";
    private const string AddressSet = "BaseUri";
    private const int DefaultTimeoutSec = 10;

    /// <summary>
    /// The session whose connection to test. By default, the one connected in this runspace, or one created from the
    /// environment. Without any, Cohere's own address is tested without a key.
    /// </summary>
    [Parameter(ParameterSetName = SessionSet)]
    [SessionTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public CohereSession? Session { get; set; }

    /// <summary>Another address to test. No key is sent to it.</summary>
    [Parameter(ParameterSetName = AddressSet, Mandatory = true, Position = 0)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Uri? BaseUri { get; set; }

    /// <summary>The proxy to use. By default, the proxy of the platform.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Uri? Proxy { get; set; }

    /// <summary>The user name and the password for the proxy.</summary>
    [Parameter(ParameterSetName = AddressSet)]
    [Credential]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Maximum time for each step in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 300)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSec { get; set; } = DefaultTimeoutSec;

    /// <summary>Returns $true or $false instead of an object.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        CohereSession? known = ParameterSetName == SessionSet ? Sessions.FindFor(this, Session) : null;
        CohereSession session = known ?? Unconnected();
        try
        {
            ConnectionTest test = Run(token => new ConnectionTester(session, TimeSpan.FromSeconds(TimeoutSec), step => Post(() => ShowProgress(session, step))).RunAsync(token));
            WriteProgress(new ProgressRecord(ProgressId, Activity(session), "Done") { RecordType = ProgressRecordType.Completed });
            WriteObject(Quiet ? test.Succeeded : test);
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, session);
        }
        finally
        {
            if (known is null)
            {
                session.Dispose();
            }
        }
    }

    private int ProgressId => GetHashCode() & 0x7fffffff;

    private static string Activity(CohereSession session) => $"Testing the connection to {(session.IsEmulator ? "the emulator in this process" : session.BaseUri.Authority)}";

    private void ShowProgress(CohereSession session, string step) => WriteProgress(new ProgressRecord(ProgressId, Activity(session), step));

    // A session without a key, for this test only. It sends nothing that plain http could reveal.
    private CohereSession Unconnected()
    {
        try
        {
            return new CohereSession(
                new CohereSessionOptions
                {
                    BaseUri = BaseUri ?? CohereSessionOptions.DefaultBaseUri,
                    Proxy = ConnectOptions.ProxyFor(this, Proxy, ProxyCredential),
                    AllowInsecure = true,
                },
                LibraryLoader.CreateTransport);
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(exception.PlainMessage(), "Specify an http or https address, such as https://api.cohere.com", BaseUri));
            throw;
        }
    }
}
