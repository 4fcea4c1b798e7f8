using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace CohereShellTests
{
    /// <summary>A host without a console, like that of an editor. It types the specified lines and records what it shows.</summary>
    public sealed class TestHost : PSHost
    {
        private readonly LineUI _ui;

        public TestHost(params string[] lines)
        {
            _ui = new LineUI(lines);
        }

        public string Screen
        {
            get { return _ui.Screen.ToString(); }
        }

        public override string Name { get { return "Test Editor Host"; } }

        public override Version Version { get { return new Version(1, 0); } }

        public override Guid InstanceId { get; } = Guid.NewGuid();

        public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }

        public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }

        public override PSHostUserInterface UI { get { return _ui; } }

        public override void EnterNestedPrompt() { throw new NotImplementedException(); }

        public override void ExitNestedPrompt() { throw new NotImplementedException(); }

        public override void NotifyBeginApplication() { }

        public override void NotifyEndApplication() { }

        public override void SetShouldExit(int exitCode) { }

        private sealed class LineUI : PSHostUserInterface
        {
            private readonly Queue<string> _lines;

            public LineUI(IEnumerable<string> lines)
            {
                _lines = new Queue<string>(lines);
            }

            public StringBuilder Screen { get; } = new StringBuilder();

            public override PSHostRawUserInterface RawUI { get { return null; } }

            public override string ReadLine()
            {
                string line = _lines.Count > 0 ? _lines.Dequeue() : null;
                Screen.Append(line).Append('\n');
                return line;
            }

            public override void Write(string value) { Screen.Append(value); }

            public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) { Write(value); }

            public override void WriteLine(string value) { Screen.Append(value).Append('\n'); }

            public override void WriteErrorLine(string value) { WriteLine(value); }

            public override void WriteDebugLine(string message) { WriteLine(message); }

            public override void WriteVerboseLine(string message) { WriteLine(message); }

            public override void WriteWarningLine(string message) { WriteLine(message); }

            public override void WriteProgress(long sourceId, ProgressRecord record) { }

            public override SecureString ReadLineAsSecureString() { throw new NotImplementedException(); }

            public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotImplementedException(); }

            public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
            {
                Screen.Append(caption).Append('\n').Append(message).Append('\n');
                return int.Parse(ReadLine(), CultureInfo.InvariantCulture);
            }

            public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotImplementedException(); }

            public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) { throw new NotImplementedException(); }
        }
    }
}
