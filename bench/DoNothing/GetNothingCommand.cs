using System.Management.Automation;

namespace DoNothing;

/// <summary>Get-Nothing: does what it says.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet
{
}
